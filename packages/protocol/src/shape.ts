import {
  eachItem,
  eachMember,
  onOneLine,
  type RawJson,
  rawAt,
  type Span,
  spanOf,
} from "./raw-json.js"

/**
 * What a message on the wire may hold where a field stands: how it is read, and how it is written.
 * `Written` may leave out what `Read` fills with zeros.
 */
export interface Shape<Read, Written = Read> {
  /** Reads a value. @throws ShapeError when it is of another type. */
  decode(span: Span): Read
  /** Writes a value as JSON. */
  encode(value: Written): string
  /** What an absent or null field reads as; undefined where absence is told apart. */
  readonly zero: Read | undefined
  /** Whether a value may be left out when writing, as it reads the same. */
  isZero(value: Written): boolean
}

/** The value that a shape reads to. */
export type ReadAs<S> = S extends { decode(span: Span): infer Read } ? Read : never
/** The value that a shape is written from. */
export type WrittenAs<S> = S extends { encode(value: infer Written): string } ? Written : never

/** A value is not what the protocol has in its place. */
export class ShapeError extends Error {
  override readonly name = "ShapeError"
}

/** Reads a JSON text. @throws SyntaxError when it isn't JSON, ShapeError when it is of another shape. */
export function decode<Read>(shape: Shape<Read, never>, text: string): Read {
  return shape.decode(spanOf(text))
}

function scalar<T extends string | number | boolean>(
  zero: T,
  accepts: (value: unknown) => value is T,
): Shape<T> {
  return {
    zero,
    decode(span) {
      const value: unknown = JSON.parse(rawAt(span))
      if (accepts(value)) return value
      throw new ShapeError(`expected a ${typeof zero}`)
    },
    encode: (value) => JSON.stringify(value),
    isZero: (value) => value === zero,
  }
}

export const string = scalar("", (value) => typeof value === "string")
export const bool = scalar(false, (value) => typeof value === "boolean")
/** A whole number from 0: offsets, ids, codes, seconds, milliseconds. */
export const int = scalar(
  0,
  (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
)

/** A whole number: limits, where -1 asks for all. */
export const signed = scalar(0, (value): value is number => Number.isSafeInteger(value))

/** A payload: any JSON, kept as the text that was sent. */
export const raw: Shape<RawJson | undefined> = {
  zero: undefined,
  decode: rawAt,
  encode: (value) => (value === undefined ? "null" : onOneLine(value)),
  isZero: (value) => value === undefined,
}

/** A nested message, whose absence differs from an empty one. */
export function optional<R, W>(shape: Shape<R, W>): Shape<R | undefined, W | undefined> {
  return {
    zero: undefined,
    decode: shape.decode,
    encode: (value) => (value === undefined ? "null" : shape.encode(value)),
    isZero: (value) => value === undefined,
  }
}

/** A field that is written even when it is empty or zero. */
export function always<R, W>(shape: Shape<R, W>): Shape<R, W> {
  return { ...shape, isZero: () => false }
}

export function list<R, W>(item: Shape<R, W>): Shape<readonly R[], readonly W[]> {
  return {
    zero: [],
    decode(span) {
      expect(span, "[")
      const items: R[] = []
      eachItem(span, (value) => items.push(item.decode(value)))
      return items
    },
    encode: (items) => `[${items.map((value) => item.encode(value)).join(",")}]`,
    isZero: (items) => items.length === 0,
  }
}

export function map<R, W>(
  value: Shape<R, W>,
): Shape<ReadonlyMap<string, R>, ReadonlyMap<string, W>> {
  return {
    zero: new Map(),
    decode(span) {
      expect(span, "{")
      const entries = new Map<string, R>()
      eachMember(span, (key, at) => {
        entries.set(key, isNull(at) && value.zero !== undefined ? value.zero : value.decode(at))
      })
      return entries
    },
    encode(entries) {
      const members = [...entries].map(([key, at]) => `${JSON.stringify(key)}:${value.encode(at)}`)
      return `{${members.join(",")}}`
    },
    isZero: (entries) => entries.size === 0,
  }
}

type Fields = Readonly<Record<string, Shape<unknown, never>>>
type Read<F> = { readonly [K in keyof F]: ReadAs<F[K]> }
type Written<F> = { readonly [K in keyof F]?: WrittenAs<F[K]> | undefined }

/**
 * A message of named fields. Keys match in any case, the last of two equal ones counts, unknown ones
 * are passed over and null is absence, as Go's encoding/json reads them.
 */
export function message<F extends Fields>(fields: F): Shape<Read<F>, Written<F>> {
  const shapes: ReadonlyArray<readonly [string, Shape<unknown, never>]> = Object.entries(fields)
  const byLowerCase = new Map(shapes.map(([name, shape]) => [name.toLowerCase(), { name, shape }]))
  const zero = Object.fromEntries(shapes.map(([name, shape]) => [name, shape.zero])) as Read<F>
  return {
    zero,
    decode(span) {
      expect(span, "{")
      const value: Record<string, unknown> = { ...zero }
      eachMember(span, (key, at) => {
        const field = byLowerCase.get(key.toLowerCase())
        if (field === undefined) return
        value[field.name] =
          isNull(at) && field.shape !== raw ? field.shape.zero : field.shape.decode(at)
      })
      return value as Read<F>
    },
    encode(value) {
      let text = ""
      for (const [name, shape] of shapes) {
        const field = value[name] as never
        if (field === undefined || shape.isZero(field)) continue
        text += `${text === "" ? "" : ","}"${name}":${shape.encode(field)}`
      }
      return `{${text}}`
    },
    isZero: () => false,
  }
}

function expect(span: Span, first: string): void {
  if (span.text[span.start] !== first) throw new ShapeError(`expected ${first}`)
}

function isNull({ text, start, end }: Span): boolean {
  return end - start === 4 && text.startsWith("null", start)
}
