import { type BinaryReader, type BinaryWriter, WireType } from "@bufbuild/protobuf/wire"
import { onOneLine, type Payload, payloadBytes, payloadJson } from "../payload.js"
import { rawAt } from "../span.js"
import { type Shape, ShapeError } from "./shape.js"

/** How Protobuf reads and writes a scalar, behind its tag. */
interface Binary<T> {
  readonly wireType: WireType
  read(reader: BinaryReader): T
  write(writer: BinaryWriter, value: T): void
}

function scalar<T extends string | number | boolean>(
  zero: T,
  accepts: (value: unknown) => value is T,
  binary: Binary<T>,
): Shape<T> {
  return {
    zero,
    decode(span) {
      const value: unknown = JSON.parse(rawAt(span))
      if (accepts(value)) return value
      throw new ShapeError(`expected a ${typeof zero}`)
    },
    encode: (value) => JSON.stringify(value),
    read(reader) {
      const value = binary.read(reader)
      if (accepts(value)) return value
      throw new ShapeError(`expected a ${typeof zero}`)
    },
    write(writer, field, value) {
      writer.tag(field, binary.wireType)
      binary.write(writer, value)
    },
    isZero: (value) => value === zero,
  }
}

/** A text. */
export const string = scalar("", (value) => typeof value === "string", {
  wireType: WireType.LengthDelimited,
  read: (reader) => reader.string(),
  write: (writer, value) => writer.string(value),
})

/** True or false. */
export const bool = scalar(false, (value) => typeof value === "boolean", {
  wireType: WireType.Varint,
  read: (reader) => reader.bool(),
  write: (writer, value) => writer.bool(value),
})

/** A whole number from 0: offsets, ids, codes, seconds, milliseconds. */
export const int = scalar(
  0,
  (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
  {
    wireType: WireType.Varint,
    read: (reader) => Number(reader.uint64()),
    write: (writer, value) => writer.uint64(value),
  },
)

/** A whole number: limits, where -1 asks for all. */
export const signed = scalar(0, (value): value is number => Number.isSafeInteger(value), {
  wireType: WireType.Varint,
  read: (reader) => Number(reader.int64()),
  write: (writer, value) => writer.int64(value),
})

/** Any number: times in seconds with their fraction. */
export const double = scalar(0, (value): value is number => Number.isFinite(value), {
  wireType: WireType.Bit64,
  read: (reader) => reader.double(),
  write: (writer, value) => writer.double(value),
})

/** A payload: any JSON, kept as the text that was sent; in Protobuf, bytes. */
export const payload: Shape<Payload | undefined> = {
  zero: undefined,
  decode: rawAt,
  encode: (value) => (value === undefined ? "null" : onOneLine(payloadJson(value))),
  // A copy: what is kept must not keep the whole frame.
  read: (reader) => Uint8Array.from(reader.bytes()),
  write(writer, field, value) {
    if (value !== undefined) {
      writer.tag(field, WireType.LengthDelimited).bytes(payloadBytes(value))
    }
  },
  isZero: (value) => value === undefined,
}
