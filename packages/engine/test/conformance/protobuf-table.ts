import { z } from "zod"
import type { Json, JsonObject } from "./json.js"
import { isList, isObject, parseJson } from "./json.js"
import { readVarint, writeVarint } from "./varint.js"

const fieldType = z.union([z.string(), z.tuple([z.string()]), z.strictObject({ map: z.string() })])
const table = z.record(z.string(), z.record(z.string(), z.tuple([z.string(), fieldType])))

type FieldType = z.output<typeof fieldType>

interface Field {
  readonly number: number
  readonly name: string
  readonly type: FieldType
}

const VARINT = 0
const LENGTH_PREFIXED = 2

/** Encodes and decodes Protobuf messages by a table of fields, `message → { number: [name, type] }`. */
export class ProtobufTable {
  readonly #messages: ReadonlyMap<string, readonly Field[]>

  /** @throws Error when the text isn't such a table. */
  constructor(text: string) {
    const messages = Object.entries(table.parse(parseJson(text)))
    this.#messages = new Map(
      messages.map(([message, fields]) => [
        message,
        Object.entries(fields).map(([number, [name, type]]) => ({
          number: Number(number),
          name,
          type,
        })),
      ]),
    )
  }

  /** @throws Error when a key is no field of the message. */
  encode(message: string, value: Json): Buffer {
    if (!isObject(value)) throw new Error(`${message} isn't an object: ${JSON.stringify(value)}`)
    const fields = this.#fields(message)
    for (const key of Object.keys(value)) {
      if (!fields.some(({ name }) => name === key)) throw new Error(`${message} has no ${key}`)
    }
    return Buffer.concat(
      fields.flatMap(({ name, number, type }) => {
        const part = value[name]
        return part === undefined ? [] : this.#encodeField(number, type, part)
      }),
    )
  }

  /** Unknown fields are named `$unknown_N`. @throws Error when the bytes are no message. */
  decode(message: string, bytes: Buffer): JsonObject {
    const values = new Map<string, Json[]>()
    for (const [number, raw] of readFields(bytes)) {
      const field = this.#fields(message).find((known) => known.number === number)
      const name = field?.name ?? `$unknown_${number}`
      const value = field === undefined ? unknownValue(raw) : this.#decodeField(field.type, raw)
      values.set(name, [...(values.get(name) ?? []), value])
    }
    const types = new Map(this.#fields(message).map(({ name, type }) => [name, type]))
    return Object.fromEntries(
      [...values].map(([name, list]) => [name, assembled(types.get(name), list)]),
    )
  }

  #fields(message: string): readonly Field[] {
    const fields = this.#messages.get(message)
    if (fields === undefined) throw new Error(`no message ${message} in the table`)
    return fields
  }

  #encodeField(number: number, type: FieldType, value: Json): Buffer[] {
    if (typeof type === "string") return [this.#encodeScalar(number, type, value)]
    if (Array.isArray(type)) {
      if (!isList(value)) throw new Error(`field ${number} isn't a list`)
      return value.map((item) => this.#encodeScalar(number, type[0], item))
    }
    if (!isObject(value)) throw new Error(`field ${number} isn't a map`)
    return Object.entries(value).map(([key, item]) => {
      const entry = [this.#encodeScalar(1, "str", key), this.#encodeScalar(2, type.map, item)]
      return prefixed(number, Buffer.concat(entry))
    })
  }

  #encodeScalar(number: number, type: string, value: Json): Buffer {
    switch (type) {
      case "int":
      case "bool":
        return Buffer.concat([writeVarint(number << 3), writeVarint(Number(value))])
      case "sint":
        return Buffer.concat([writeVarint(number << 3), writeVarint(zigzag(Number(value)))])
      case "str":
        return prefixed(number, Buffer.from(String(value)))
      case "bytes":
        return prefixed(number, bytesOf(String(value)))
      default:
        return prefixed(number, this.encode(type, value))
    }
  }

  #decodeField(type: FieldType, raw: RawValue): Json {
    if (typeof type === "string") return this.#decodeScalar(type, raw)
    if (Array.isArray(type)) return this.#decodeScalar(type[0], raw)
    const entry = new Map(readFields(bytesIn(raw)))
    const key = bytesIn(entry.get(1) ?? Buffer.alloc(0)).toString()
    return [key, this.#decodeScalar(type.map, entry.get(2) ?? Buffer.alloc(0))]
  }

  #decodeScalar(type: string, raw: RawValue): Json {
    if (type === "int") return Number(raw)
    if (type === "bool") return Number(raw) !== 0
    if (type === "sint") return unzigzag(Number(raw))
    if (type === "str") return bytesIn(raw).toString()
    if (type === "bytes") return textOf(bytesIn(raw))
    return this.decode(type, bytesIn(raw))
  }
}

/** The form of bytes in a scenario, `utf8:TEXT` or `hex:…`, as bytes. */
export function bytesOf(text: string): Buffer {
  return text.startsWith("hex:") ? Buffer.from(text.slice(4), "hex") : Buffer.from(text.slice(5))
}

/** Bytes as `utf8:TEXT` when they are printable UTF-8, else as `hex:…`. */
export function textOf(bytes: Buffer): string {
  const text = bytes.toString()
  const isPrintable = /^(?:[^\p{C}\p{Z}]|[ \n\t])*$/u.test(text)
  return isPrintable && Buffer.from(text).equals(bytes)
    ? `utf8:${text}`
    : `hex:${bytes.toString("hex")}`
}

type RawValue = number | Buffer

function* readFields(bytes: Buffer): Generator<readonly [number, RawValue]> {
  let position = 0
  while (position < bytes.length) {
    const tag = readVarint(bytes, position)
    const first = readVarint(bytes, tag.end)
    const wireType = tag.value & 7
    if (wireType === VARINT) {
      position = first.end
      yield [tag.value >> 3, first.value]
    } else if (wireType === LENGTH_PREFIXED) {
      position = first.end + first.value
      if (position > bytes.length) throw new Error("a Protobuf field ends past its message")
      yield [tag.value >> 3, bytes.subarray(first.end, position)]
    } else {
      throw new Error(`wire type ${wireType} in a Protobuf message`)
    }
  }
}

function assembled(type: FieldType | undefined, values: readonly Json[]): Json {
  if (type === undefined || typeof type === "string") return values.at(-1) ?? null
  if (Array.isArray(type)) return values
  return Object.fromEntries(
    values.filter(isList).map(([key, value]) => [String(key), value ?? null]),
  )
}

function bytesIn(raw: RawValue): Buffer {
  if (typeof raw === "number") throw new Error("a number where a Protobuf message has bytes")
  return raw
}

function unknownValue(raw: RawValue): Json {
  return typeof raw === "number" ? raw : raw.toString("hex")
}

function prefixed(number: number, bytes: Buffer): Buffer {
  const tag = (number << 3) | LENGTH_PREFIXED
  return Buffer.concat([writeVarint(tag), writeVarint(bytes.length), bytes])
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
