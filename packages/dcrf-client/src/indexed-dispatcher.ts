import type { Dispatcher } from "./replaceable-parts.js"
import type { Untyped } from "./rows.js"

interface Entry {
  readonly key: unknown
  readonly selector: object
  readonly handler: (message: Untyped) => unknown
}

/** Looks handlers up by the request id that their selectors name; scans only those that name none. */
export class IndexedDispatcher implements Dispatcher {
  readonly #entries = new Map<number, Entry>()
  /** Ids of entries by request id; undefined for none. */
  readonly #ids = new Map<unknown, Set<number>>()
  #last = 0

  listen(selector: Untyped, handler: (message: Untyped) => unknown): number {
    const key = selector.payload?.request_id ?? selector.request_id
    const ids = this.#ids.get(key) ?? new Set()
    this.#ids.set(key, ids.add(++this.#last))
    this.#entries.set(this.#last, { key, selector, handler })
    return this.#last
  }

  once(selector: object, handler: (message: Untyped) => unknown): number {
    const id = this.listen(selector, (message) => {
      this.cancel(id)
      handler(message)
    })
    return id
  }

  cancel(id: number): boolean {
    const key = this.#entries.get(id)?.key
    const ids = this.#ids.get(key)
    if (ids?.delete(id) && ids.size === 0) this.#ids.delete(key)
    return this.#entries.delete(id)
  }

  dispatch(message: Untyped): number {
    let count = 0
    for (const key of new Set([undefined, message.payload?.request_id, message.request_id])) {
      for (const id of [...(this.#ids.get(key) ?? [])]) {
        const entry = this.#entries.get(id)
        if (!entry || !holds(message, entry.selector)) continue
        count++
        entry.handler(message)
      }
    }
    return count
  }
}

/** Whether all that the pattern has is in the value too. */
function holds(value: Untyped, pattern: Untyped): boolean {
  if (value === pattern) return true
  if (!value || !pattern || typeof pattern !== "object") return false
  return Object.keys(pattern).every((key) => holds(value[key], pattern[key]))
}
