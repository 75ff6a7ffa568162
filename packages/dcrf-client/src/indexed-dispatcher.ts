import { isRecord } from "./record.js"
import type { Dispatcher } from "./replaceable-parts.js"
import type { Untyped } from "./rows.js"

interface Entry {
  readonly selector: object
  readonly handler: (message: Untyped) => unknown
  readonly once: boolean
}

/** The bucket of selectors that name no request id. */
const SCANNED = Symbol("scanned")

/** Looks the handlers up by the request id that their selectors name; scans only those that name none. */
export class IndexedDispatcher implements Dispatcher {
  readonly #entries = new Map<number, Entry>()
  /** Ids of entries by request id, never changed in place: a dispatch may be going over them. */
  readonly #buckets = new Map<unknown, readonly number[]>()
  #lastId = 0

  listen(selector: object, handler: (message: Untyped) => unknown): number {
    return this.#add({ selector, handler, once: false })
  }

  once(selector: object, handler: (message: Untyped) => unknown): number {
    return this.#add({ selector, handler, once: true })
  }

  cancel(id: number): boolean {
    const entry = this.#entries.get(id)
    if (entry === undefined) return false
    this.#entries.delete(id)
    const key = innerId(entry.selector) ?? outerId(entry.selector) ?? SCANNED
    const rest = this.#bucket(key).filter((other) => other !== id)
    if (rest.length > 0) this.#buckets.set(key, rest)
    else this.#buckets.delete(key)
    return true
  }

  dispatch(message: object): number {
    const inner = innerId(message)
    const outer = outerId(message)
    let count = this.#tell(SCANNED, message)
    if (inner !== undefined) count += this.#tell(inner, message)
    if (outer !== undefined && outer !== inner) count += this.#tell(outer, message)
    return count
  }

  #bucket(key: unknown): readonly number[] {
    return this.#buckets.get(key) ?? []
  }

  #add(entry: Entry): number {
    const id = ++this.#lastId
    this.#entries.set(id, entry)
    const key = innerId(entry.selector) ?? outerId(entry.selector) ?? SCANNED
    this.#buckets.set(key, [...this.#bucket(key), id])
    return id
  }

  #tell(key: unknown, message: object): number {
    let count = 0
    for (const id of this.#bucket(key)) {
      const entry = this.#entries.get(id)
      if (entry === undefined || !holds(message, entry.selector)) continue
      count++
      if (entry.once) this.cancel(id)
      entry.handler(message)
    }
    return count
  }
}

function innerId(message: Untyped): unknown {
  return message.payload?.request_id
}

function outerId(message: Untyped): unknown {
  return message.request_id
}

/** Whether all that the pattern has is in the value too. */
function holds(value: unknown, pattern: unknown): boolean {
  if (value === pattern) return true
  if (!isRecord(value) || !isRecord(pattern)) return false
  for (const key in pattern) if (!holds(value[key], pattern[key])) return false
  return true
}
