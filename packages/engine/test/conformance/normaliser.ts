import { createHash } from "node:crypto"
import { isList, isObject, type Json, type JsonObject } from "./json.js"
import type { Placeholders } from "./placeholders.js"

/** What is under these keys belongs to the application: nothing is replaced there. */
const opaque = new Set(["data", "conn_info", "chan_info", "tags"])
const named = new Set(["client", "session", "node", "epoch"])
const dropped = new Set(["uptime", "metrics", "process"])

/** Seconds that a `ttl` may be off. */
const TTL_TOLERANCE = 2
/** Bytes from which a text is compared by its hash. */
const LONG_TEXT = 1000
/** A `time` above it is one in milliseconds. */
const EARLIEST_TIME = 1_000_000_000_000

/** Replaces what differs in each run of a scenario, as the README of the corpus says. */
export class Normaliser {
  readonly #placeholders: Placeholders
  readonly #ttls: readonly number[]

  /** `ttls` are the N of the scenario's `now+N`, in seconds. */
  constructor(placeholders: Placeholders, ttls: readonly number[]) {
    this.#placeholders = placeholders
    this.#ttls = ttls
  }

  /** A message or a body in the form that is compared. */
  normalised(value: Json): Json {
    if (isList(value)) return value.map((item) => this.normalised(item))
    if (!isObject(value)) return shortened(value)
    const keys = Object.keys(value).sort()
    return Object.fromEntries(keys.map((key) => [key, this.#member(key, value[key] ?? null)]))
  }

  #member(key: string, value: Json): Json {
    if (opaque.has(key)) return shortened(value)
    if (typeof value === "string" && value !== "") {
      if (named.has(key)) return this.#placeholders.name(key, value)
      if (key === "version") return "<version>"
    }
    if (typeof value === "number") {
      if (key === "ttl") return this.#ttl(value)
      if (key === "time" && value > EARLIEST_TIME) return "<time>"
    }
    if (key === "presence" && isObject(value) && value.channel === undefined) {
      return this.#presence(value)
    }
    if (key === "nodes" && isList(value)) return value.map(engineNode)
    return this.normalised(value)
  }

  #ttl(seconds: number): Json {
    const near = this.#ttls.find((ttl) => Math.abs(ttl - seconds) <= TTL_TOLERANCE)
    return near === undefined ? seconds : `<ttl:${near}>`
  }

  /** A presence map is `{ client: info }`; a presence reply holds one under the same key. */
  #presence(value: JsonObject): JsonObject {
    const { presence, ...rest } = value
    if (isObject(presence) && Object.keys(rest).length === 0) {
      return { presence: this.#presenceMap(presence) }
    }
    return this.#presenceMap(value)
  }

  /** Clients that the scenario knows already come first, so that new ones get the same numbers. */
  #presenceMap(map: JsonObject): JsonObject {
    const order = (client: string) =>
      `${this.#placeholders.known("client", client) ?? "~"} ${client}`
    const clients = Object.keys(map).sort((a, b) => (order(a) < order(b) ? -1 : 1))
    return Object.fromEntries(
      clients.map((client) => [
        this.#placeholders.name("client", client),
        this.normalised(map[client] ?? null),
      ]),
    )
  }
}

/** A node of the info call: what names and counts it stands for itself. */
function engineNode(node: Json): Json {
  if (!isObject(node)) return node
  const entries = Object.entries(node)
    .filter(([key]) => !dropped.has(key))
    .map(([key, value]) => [key, /^(uid|name|version|num_.*)$/.test(key) ? `<${key}>` : value])
  return Object.fromEntries(entries)
}

/** Long texts, however deep, as their length and hash. */
function shortened(value: Json): Json {
  if (isList(value)) return value.map(shortened)
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]))
  }
  if (typeof value !== "string" || Buffer.byteLength(value) <= LONG_TEXT) return value
  const hash = createHash("sha256").update(value).digest("hex").slice(0, 16)
  return `<long:${Buffer.byteLength(value)}:${hash}>`
}
