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
  /** By topic, so that nobody is asked who can't be meant: there may be thousands. */
  readonly #topics = new Map<string, Set<Entry<Args>>>()
  #count = 0

  constructor(event: string, host: ListenersHost) {
    this.#event = event
    this.#host = host
  }

  /**
   * Adds a function for a topic; `""` is that of all. `fits` says whether it wants to be told.
   * @throws TypeError when it is no function.
   */
  readonly add = (
    call: Entry<Args>["call"],
    topic = "",
    fits: Entry<Args>["fits"] = always,
  ): Off => {
    if (typeof call !== "function") throw new TypeError("A handler must be a function")
    const entry = { call, fits, order: this.#count++ }
    const entries = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, entries.add(entry))
    return () => {
      entries.delete(entry)
      if (entries.size === 0 && this.#topics.get(topic) === entries) this.#topics.delete(topic)
    }
  }

  /** Tells those of the topic of all. */
  readonly emit = (...args: Args): void => this.emitTo([""], args)

  /** Tells those of some topics who are there now; who is taken off by an earlier one is passed over. */
  emitTo(topics: readonly string[], args: Args): void {
    this.#host.trace(this.#event, args)
    const sets = topics.flatMap((topic) => this.#topics.get(topic) ?? [])
    const entries = sets.flatMap((set) => [...set])
    if (sets.length > 1) entries.sort((a, b) => a.order - b.order)
    for (const entry of entries) {
      const isThere = sets.some((set) => set.has(entry))
      if (isThere && entry.fits(...args)) this.tell(entry.call, args)
    }
  }

  clear(): void {
    this.#topics.clear()
  }

  /** Whether there is nobody to tell. */
  get isEmpty(): boolean {
    return this.#topics.size === 0
  }

  /** Tells one function alone. */
  tell(call: Entry<Args>["call"], args: Args): void {
    const failed = (cause: unknown) => this.#host.failed(this.#event, cause, args)
    try {
      const result = call(...args)
      if (result instanceof Promise) result.catch(failed)
    } catch (cause) {
      failed(cause)
    }
  }
}

interface Entry<Args extends readonly unknown[]> {
  readonly call: (...args: Args) => unknown
  readonly fits: (...args: Args) => boolean
  /** Its place among all that were added. */
  readonly order: number
}

const always = () => true
