import { type BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire"
import { eachMember, type Span } from "../span.js"
import { expectOpening, isNull } from "./json-value.js"
import { payload } from "./scalars.js"
import type { ReadAs, Shape, WrittenAs } from "./shape.js"

/** A field: its number in Protobuf, and its shape. */
type Field = readonly [number: number, shape: Shape<unknown, never>]
type Fields = Readonly<Record<string, Field>>
type Read<F extends Fields> = { readonly [K in keyof F]: ReadAs<F[K][1]> }
type Written<F extends Fields> = { readonly [K in keyof F]?: WrittenAs<F[K][1]> | undefined }

/** A message, which can also be written on its own. */
export interface MessageShape<R, W> extends Shape<R, W> {
  /** The message without any of its fields. */
  readonly zero: R
  /** Reads the Protobuf fields from here to the position `end`. */
  readFields(reader: BinaryReader, end: number): R
  /** A whole Protobuf message, without tag or length. */
  toBinary(value: W): Uint8Array
}

/**
 * A message of named and numbered fields. In JSON, keys match in any case, the last of two equal ones
 * counts, unknown ones are passed over and null is absence, as Go's encoding/json reads them.
 */
export function message<const F extends Fields>(fields: F): MessageShape<Read<F>, Written<F>> {
  const all = Object.entries<Field>(fields).map(([name, [number, shape]]) => ({
    name,
    number,
    shape,
    key: `${JSON.stringify(name)}:`,
  }))
  const byLowerCase = new Map(all.map((field) => [field.name.toLowerCase(), field]))
  const byNumber = new Map(all.map((field) => [field.number, field]))
  const zero = Object.fromEntries(all.map(({ name, shape }) => [name, shape.zero])) as Read<F>
  const readFields = (reader: BinaryReader, end: number): Read<F> => {
    const value: Record<string, unknown> = { ...zero }
    while (reader.pos < end) {
      const [number, wireType] = reader.tag()
      const field = byNumber.get(number)
      if (field === undefined) reader.skip(wireType, number)
      else value[field.name] = field.shape.read(reader, value[field.name])
    }
    return value as Read<F>
  }
  const writeFields = (writer: BinaryWriter, value: Written<F>): void => {
    for (const { name, number, shape } of all) {
      const at = value[name] as never
      if (at !== undefined && !shape.isZero(at)) shape.write(writer, number, at)
    }
  }
  return {
    zero,
    decode: (span: Span) => decodeMembers(span, byLowerCase, zero) as Read<F>,
    encode(value) {
      let members = ""
      for (const { name, key, shape } of all) {
        const at = value[name] as never
        if (at === undefined || shape.isZero(at)) continue
        members += (members === "" ? key : `,${key}`) + shape.encode(at)
      }
      return `{${members}}`
    },
    read: (reader) => readFields(reader, reader.uint32() + reader.pos),
    readFields,
    write(writer, field, value) {
      writer.tag(field, WireType.LengthDelimited).fork()
      writeFields(writer, value)
      writer.join()
    },
    toBinary(value) {
      const writer = new BinaryWriter()
      writeFields(writer, value)
      return writer.finish()
    },
    isZero: () => false,
  }
}

type Unnumbered = Readonly<Record<string, Shape<unknown, never>>>
type Numbered<F extends Unnumbered> = { readonly [K in keyof F]: readonly [number, F[K]] }

/** A message that is only ever JSON: its fields have names and no numbers of their own. */
export function jsonMessage<const F extends Unnumbered>(
  fields: F,
): MessageShape<Read<Numbered<F>>, Written<Numbered<F>>> {
  const numbered = Object.entries(fields).map(([name, shape], index) => [name, [index + 1, shape]])
  return message(Object.fromEntries(numbered) as Numbered<F>)
}

function decodeMembers(
  span: Span,
  byLowerCase: ReadonlyMap<string, { name: string; shape: Shape<unknown, never> }>,
  zero: object,
): Record<string, unknown> {
  expectOpening(span, "{")
  const value: Record<string, unknown> = { ...zero }
  eachMember(span, (key, at) => {
    const field = byLowerCase.get(key.toLowerCase())
    if (field === undefined) return
    const { name, shape } = field
    value[name] = isNull(at) && shape !== payload ? shape.zero : shape.decode(at)
  })
  return value
}
