/** Ends a subscription of a handler or listener. Calling it again does nothing. */
export type Off = () => void

/** What listeners tell to whom they belong. */
export interface ListenersHost {
  /** Something happened. */
  trace(event: string, args: readonly unknown[]): void
  /** A listener threw, or its promise was rejected. */
  failed(event: string, cause: unknown, args: readonly unknown[]): void
}

/**
 * Functions that are told of one event, each in turn, in the order in which they came. One that
 * throws, or whose promise is rejected, is reported and hinders no other.
 */
export class Listeners<Args extends readonly unknown[]> {
  readonly #event: string
  readonly #host: ListenersHost
  readonly #entries = new Set<{ readonly call: (...args: Args) => unknown }>()

  constructor(event: string, host: ListenersHost) {
    this.#event = event
    this.#host = host
  }

  /** @throws TypeError when it is not a function. */
  readonly add = (call: (...args: Args) => unknown): Off => {
    if (typeof call !== "function") throw new TypeError("A handler must be a function")
    const entry = { call }
    this.#entries.add(entry)
    return () => {
      this.#entries.delete(entry)
    }
  }

  /** Tells those who are there now; who is taken off by an earlier one is passed over. */
  readonly emit = (...args: Args): void => {
    this.#host.trace(this.#event, args)
    for (const entry of [...this.#entries]) {
      if (this.#entries.has(entry)) this.#tell(entry.call, args)
    }
  }

  clear(): void {
    this.#entries.clear()
  }

  get size(): number {
    return this.#entries.size
  }

  #tell(call: (...args: Args) => unknown, args: Args): void {
    const failed = (cause: unknown) => this.#host.failed(this.#event, cause, args)
    try {
      const result = call(...args)
      if (result instanceof Promise) result.catch(failed)
    } catch (cause) {
      failed(cause)
    }
  }
}
