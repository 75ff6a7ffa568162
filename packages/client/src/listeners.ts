/** Takes a handler or listener off again. A second call does nothing. */
export type Off = () => void

/**
 * Those who are told of an event, in the order in which they came. One that throws, or whose promise
 * is rejected, is reported and hinders no other.
 */
export class Listeners<Args extends readonly unknown[]> {
  readonly #entries = new Set<{ readonly call: (...args: Args) => unknown }>()
  readonly #report: (cause: unknown, args: Args) => void

  constructor(report: (cause: unknown, args: Args) => void) {
    this.#report = report
  }

  /** @throws TypeError when it is not a function. */
  add(call: (...args: Args) => unknown): Off {
    if (typeof call !== "function") throw new TypeError("A handler must be a function")
    const entry = { call }
    this.#entries.add(entry)
    return () => {
      this.#entries.delete(entry)
    }
  }

  /** Tells those who are there now; who is taken off by an earlier one is passed over. */
  emit(...args: Args): void {
    for (const entry of [...this.#entries]) {
      if (this.#entries.has(entry)) this.#tell(entry.call, args)
    }
  }

  #tell(call: (...args: Args) => unknown, args: Args): void {
    try {
      const result = call(...args)
      if (result instanceof Promise) result.catch((cause: unknown) => this.#report(cause, args))
    } catch (cause) {
      this.#report(cause, args)
    }
  }
}
