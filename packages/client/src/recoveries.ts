/** What came of an interruption in one channel. */
export interface Recovered {
  readonly channel: string
  /** How many messages were published meanwhile, and have now been delivered. */
  readonly missed: number
  /** Whether that is all of them; false when the server can't tell, or has no history that far back. */
  readonly complete: boolean
}

/** Counts, for each channel that comes back after an interruption, what is delivered with it. */
export class Recoveries {
  readonly #tell: (recovered: Recovered) => void
  readonly #seen = new Set<string>()
  readonly #missed = new Map<string, number>()

  constructor(tell: (recovered: Recovered) => void) {
    this.#tell = tell
  }

  /** A channel is subscribed; `complete` says whether all was recovered, if it is so again. */
  subscribed(channel: string, complete: boolean): void {
    if (!this.#seen.has(channel)) {
      this.#seen.add(channel)
      return
    }
    this.#missed.set(channel, 0)
    // The client delivers what was recovered in the same turn, right after it says "subscribed".
    queueMicrotask(() => {
      const missed = this.#missed.get(channel)
      this.#missed.delete(channel)
      if (missed !== undefined) this.#tell({ channel, missed, complete })
    })
  }

  published(channel: string): void {
    const missed = this.#missed.get(channel)
    if (missed !== undefined) this.#missed.set(channel, missed + 1)
  }

  /** The next time the channel is subscribed counts as the first. */
  forget(channel: string): void {
    this.#seen.delete(channel)
    this.#missed.delete(channel)
  }
}
