import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire"
import type { Span } from "../span.js"

/**
 * What a message of the protocol may hold where a field stands: how it is read and written, as JSON
 * and as Protobuf. `Written` may leave out what `Read` fills with zeros.
 */
export interface Shape<Read, Written = Read> {
  /** Reads JSON. @throws ShapeError when it is of another type. */
  decode(span: Span): Read
  /** Writes JSON. */
  encode(value: Written): string
  /** Reads the Protobuf value behind a tag; `before` is what earlier tags of the field have given. */
  read(reader: BinaryReader, before: Read | undefined): Read
  /** Writes a Protobuf field, tag and value. */
  write(writer: BinaryWriter, field: number, value: Written): void
  /** What an absent or null field reads as; undefined where absence is told apart. */
  readonly zero: Read | undefined
  /** Whether a value may be left out when writing, as it reads the same. */
  isZero(value: Written): boolean
}

/** The value that a shape reads to. */
export type ReadAs<S> = S extends Pick<Shape<infer Read, never>, "decode"> ? Read : never
/** The value that a shape is written from. */
export type WrittenAs<S> = S extends Pick<Shape<never, infer Written>, "encode"> ? Written : never

/** A value is not what the protocol has in its place. */
export class ShapeError extends Error {
  override readonly name = "ShapeError"
}
