import { readFileSync } from "node:fs"
import protobuf from "protobufjs"

// The protocol's messages by the fields that were recorded from Centrifugo, read and written by
// `protobufjs` and `JSON`, so that nothing here is shared with the codecs under test.

/** A field of a message: of scalars (`int`, `sint`, `str`, `bool`, `bytes`) or of other messages. */
export interface Field {
  readonly id: number
  readonly name: string
  readonly type: string
  /** Maps have texts for keys. */
  readonly holds: "one" | "list" | "map"
}
/** Any value of a field; payloads, which are bytes in Protobuf, are JSON texts. */
export type Plain = string | number | boolean | readonly Plain[] | PlainMessage
/** A message by the names of its fields. */
export interface PlainMessage {
  readonly [name: string]: Plain | undefined
}

type RecordedType = string | readonly [string] | { readonly map: string }
type Recorded = Readonly<Record<string, Readonly<Record<string, readonly [string, RecordedType]>>>>

const file = new URL("../../engine/test/conformance/corpus/protobuf.json", import.meta.url)
const recorded: Recorded = JSON.parse(readFileSync(file, "utf8"))
/** The fields of every message. */
export const schema: ReadonlyMap<string, readonly Field[]> = new Map(
  Object.entries(recorded).map(([message, fields]) => [
    message,
    Object.entries(fields).map(([id, [name, type]]) => fieldOf(Number(id), name, type)),
  ]),
)

function fieldOf(id: number, name: string, type: RecordedType): Field {
  if (typeof type === "string") return { id, name, type, holds: "one" }
  return "map" in type && typeof type.map === "string"
    ? { id, name, type: type.map, holds: "map" }
    : { id, name, type: Object.values(type).join(), holds: "list" }
}

const protobufNames: Readonly<Record<string, string>> = {
  int: "int64",
  sint: "sint64",
  str: "string",
}
const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    [...schema].map(([message, fields]) => [
      message,
      { fields: Object.fromEntries(fields.map((field) => [field.name, descriptorOf(field)])) },
    ]),
  ),
})

function descriptorOf({ id, type: name, holds }: Field): protobuf.IField | protobuf.IMapField {
  const type = protobufNames[name] ?? name
  if (holds === "map") return { id, type, keyType: "string" }
  return holds === "list" ? { id, type, rule: "repeated" } : { id, type }
}

/** Writes a message, without its length. */
export function toProtobuf(message: string, value: PlainMessage): Uint8Array {
  const type = root.lookupType(message)
  const withBytes = rewritten(message, value, (payload) => Buffer.from(String(payload)))
  return type.encode(type.fromObject(withBytes)).finish()
}

/** Writes messages, each behind its length. */
export function toProtobufFrame(message: string, values: readonly PlainMessage[]): Uint8Array {
  const writer = protobuf.Writer.create()
  for (const value of values) writer.bytes(toProtobuf(message, value))
  return writer.finish()
}

/** Reads the one message of a frame, which stands behind its length. */
export function fromProtobufFrame(message: string, frame: Uint8Array): object {
  const type = root.lookupType(message)
  return type.toObject(type.decodeDelimited(frame), { longs: Number, bytes: Buffer })
}

/** Writes a message as JSON, its payloads as they are. */
export function toJson(message: string, value: PlainMessage): string {
  const payloads: string[] = []
  const marked = rewritten(message, value, (payload) => {
    payloads.push(String(payload))
    return MARK
  })
  return JSON.stringify(marked).replaceAll(JSON.stringify(MARK), () => payloads.shift() ?? "")
}

/** Holds the place of a payload; no text of the tests is the same. */
const MARK = "the place of a payload"

/**
 * What a message says, whichever way it was read: zeros and what is empty left out, maps as objects, and
 * payloads as the texts that `textOf` finds.
 */
export function said(
  message: string,
  value: unknown,
  textOf: (payload: unknown) => string,
): unknown {
  return withoutZeros(rewritten(message, value, textOf))
}

/** A message with its payloads rewritten; fields that the schema doesn't know are left out. */
function rewritten(
  message: string,
  value: unknown,
  rewrite: (payload: unknown) => unknown,
): Record<string, unknown> {
  const parts = new Map(membersOf(value))
  const one = (type: string, part: unknown): unknown => {
    if (type === "bytes") return rewrite(part)
    return schema.has(type) ? rewritten(type, part, rewrite) : part
  }
  const all = ({ type, holds }: Field, part: unknown): unknown => {
    if (holds === "one") return one(type, part)
    if (holds === "map")
      return fromEntries(membersOf(part).map(([key, at]) => [key, one(type, at)]))
    return Array.isArray(part) ? part.map((item) => one(type, item)) : part
  }
  const known = (schema.get(message) ?? []).filter(({ name }) => parts.get(name) !== undefined)
  return fromEntries(known.map((field) => [field.name, all(field, parts.get(field.name))]))
}

function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros)
  if (typeof value !== "object" || value === null) return value
  const members = Object.entries(value).map(([name, part]) => [name, withoutZeros(part)] as const)
  return fromEntries(members.filter(([, part]) => !isZero(part)))
}

function isZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return !value
  return Object.keys(value).length === 0
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (value instanceof Map) return [...value]
  return typeof value === "object" && value !== null ? Object.entries(value) : []
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries)
}
