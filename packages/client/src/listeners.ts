/** Ends a subscription of a handler or listener. Calling it again does nothing. */
export type Off = () => void

/** What listeners tell to whom they belong. */
export interface ListenersHost {
  /** Something happened. */
  trace(event: string, args: readonly unknown[]): void
  /** A listener threw, or its promise was rejected. */
  failed(event: string, cause: unknown, args: readonly unknown[]): void
}

interface Entry<Args extends readonly unknown[]> {
  readonly call: (...args: Args) => unknown
  readonly fits: (...args: Args) => boolean
}

/**
 * Functions that are told of one event, each in turn, in the order in which they came. One that
 * throws, or whose promise is rejected, is reported and hinders no other.
 */
export class Listeners<Args extends readonly unknown[]> {
  readonly #event: string
  readonly #host: ListenersHost
  readonly #entries = new Set<Entry<Args>>()

  constructor(event: string, host: ListenersHost) {
    this.#event = event
    this.#host = host
  }

  /** `fits` says which events it is called for: all, unless given. @throws TypeError when it is no function. */
  readonly add = (call: Entry<Args>["call"], fits: Entry<Args>["fits"] = () => true): Off => {
    if (typeof call !== "function") throw new TypeError("A handler must be a function")
    const entry = { call, fits }
    this.#entries.add(entry)
    return () => {
      this.#entries.delete(entry)
    }
  }

  /** Tells those who are there now; who is taken off by an earlier one is passed over. */
  readonly emit = (...args: Args): void => {
    this.#host.trace(this.#event, args)
    for (const entry of [...this.#entries]) {
      if (this.#entries.has(entry) && entry.fits(...args)) this.#tell(entry.call, args)
    }
  }

  clear(): void {
    this.#entries.clear()
  }

  get size(): number {
    return this.#entries.size
  }

  #tell(call: Entry<Args>["call"], args: Args): void {
    const failed = (cause: unknown) => this.#host.failed(this.#event, cause, args)
    try {
      const result = call(...args)
      if (result instanceof Promise) result.catch(failed)
    } catch (cause) {
      failed(cause)
    }
  }
}
