import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire"
import { eachItem, eachMember } from "../span.js"
import { expectOpening, isNull } from "./json-value.js"
import { message } from "./message.js"
import { string } from "./scalars.js"
import { type Shape, ShapeError } from "./shape.js"

/** A nested message, whose absence differs from an empty one. */
export function optional<R, W>(shape: Shape<R, W>): Shape<R | undefined, W | undefined> {
  return {
    zero: undefined,
    decode: shape.decode,
    encode: (value) => (value === undefined ? "null" : shape.encode(value)),
    read: shape.read,
    write(writer, field, value) {
      if (value !== undefined) shape.write(writer, field, value)
    },
    isZero: (value) => value === undefined,
  }
}

/** A field that JSON has even when it is empty or zero. */
export function always<R, W>(shape: Shape<R, W>): Shape<R, W> {
  return { ...shape, isZero: () => false }
}

/**
 * A shape that is part of itself: `get` is called when it is needed. What strangers send is refused
 * where it lies in itself more than `maxDepth` times, as reading costs its length at every depth.
 */
export function lazy<R, W>(get: () => Shape<R, W>, maxDepth: number): Shape<R, W> {
  let depth = 0
  const within = (read: () => R): R => {
    if (depth === maxDepth) throw new ShapeError(`nested more than ${maxDepth} deep`)
    depth++
    try {
      return read()
    } finally {
      depth--
    }
  }
  return {
    zero: undefined,
    decode: (span) => within(() => get().decode(span)),
    encode: (value) => get().encode(value),
    read: (reader, before) => within(() => get().read(reader, before)),
    write: (writer, field, value) => get().write(writer, field, value),
    isZero: () => false,
  }
}

/** Any number of items; in Protobuf a repeated field. */
export function list<R, W>(item: Shape<R, W>): Shape<readonly R[], readonly W[]> {
  const zero: readonly R[] = []
  return {
    zero,
    decode(span) {
      expectOpening(span, "[")
      const items: R[] = []
      eachItem(span, (value) => items.push(item.decode(value)))
      return items
    },
    encode: (items) => `[${items.map((value) => item.encode(value)).join(",")}]`,
    read(reader, before) {
      // Grows in place: a copy for each item would let a long list stall the process.
      const items: R[] = Array.isArray(before) && before !== zero ? before : []
      items.push(item.read(reader, undefined))
      return items
    },
    write(writer, field, items) {
      for (const value of items) item.write(writer, field, value)
    },
    isZero: (items) => items.length === 0,
  }
}

/** What many messages share as one object, such as what a crowd has missed: written once for all of them. */
export function shared<R, W extends object>(shape: Shape<R, W>): Shape<R, W> {
  const texts = new WeakMap<W, string>()
  const fields = new WeakMap<W, Uint8Array>()
  return {
    ...shape,
    encode: (value) => remembered(texts, value, () => shape.encode(value)),
    write(writer, field, value) {
      const bytes = remembered(fields, value, () => {
        const own = new BinaryWriter()
        shape.write(own, field, value)
        return own.finish()
      })
      writer.raw(bytes)
    },
  }
}

function remembered<K extends object, V>(all: WeakMap<K, V>, key: K, make: () => V): V {
  const known = all.get(key)
  if (known !== undefined) return known
  const made = make()
  all.set(key, made)
  return made
}

/** Values by name; in Protobuf a map with text keys. */
export function map<R, W>(
  value: Shape<R, W>,
): Shape<ReadonlyMap<string, R>, ReadonlyMap<string, W>> {
  const entry = message({ key: [1, string], value: [2, optional(value)] })
  const zero: ReadonlyMap<string, R> = new Map()
  return {
    zero,
    decode(span) {
      expectOpening(span, "{")
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
    read(reader, before) {
      const { key, value: at = value.zero } = entry.read(reader, undefined)
      const entries: Map<string, R> = before instanceof Map && before !== zero ? before : new Map()
      if (at !== undefined) entries.set(key, at)
      return entries
    },
    write(writer, field, entries) {
      for (const [key, at] of entries) {
        writer.tag(field, WireType.LengthDelimited).fork()
        string.write(writer, 1, key)
        value.write(writer, 2, at)
        writer.join()
      }
    },
    isZero: (entries) => entries.size === 0,
  }
}
