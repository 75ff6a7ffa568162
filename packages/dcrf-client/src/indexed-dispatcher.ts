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
  /** Ids of entries by request id, undefined for none; a list is never changed, for it may be gone over. */
  readonly #ids = new Map<unknown, readonly number[]>()
  #last = 0

  listen(selector: Untyped, handler: (message: Untyped) => unknown): number {
    const key = selector.payload?.request_id ?? selector.request_id
    this.#ids.set(key, [...(this.#ids.get(key) ?? []), ++this.#last])
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
    const ids = this.#ids.get(key)?.filter((other) => other !== id)
    if (ids?.length) this.#ids.set(key, ids)
    else this.#ids.delete(key)
    return this.#entries.delete(id)
  }

  dispatch(message: Untyped): number {
    const inner = message.payload?.request_id
    const outer = message.request_id
    let count = this.#tell(undefined, message)
    if (inner !== undefined) count += this.#tell(inner, message)
    if (outer !== undefined && outer !== inner) count += this.#tell(outer, message)
    return count
  }

  #tell(key: unknown, message: Untyped): number {
    let count = 0
    for (const id of this.#ids.get(key) ?? []) {
      const entry = this.#entries.get(id)
      if (!entry || !holds(message, entry.selector)) continue
      count++
      entry.handler(message)
    }
    return count
  }
}

/** Whether all that the pattern has is in the value too. */
function holds(value: Untyped, pattern: Untyped): boolean {
  if (value === pattern) return true
  if (!value || !pattern || typeof pattern !== "object") return false
  for (const key in pattern) if (!holds(value[key], pattern[key])) return false
  return true
}
