/** How many keys are remembered; past it the oldest is forgotten. */
const MAX_KEYS = 10_000

interface Attempts {
  readonly count: number
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

/** Counts attempts by key (a name, an address) and says when there are too many. */
export class AttemptLimit {
  readonly #limit: number
  readonly #window: number
  readonly #attempts = new Map<string, Attempts>()

  /**
   * @param limit attempts that a key has in one window
   * @param window in milliseconds, from the first attempt
   */
  constructor(limit: number, window: number) {
    this.#limit = limit
    this.#window = window
  }

  /** Counts an attempt. Answers 0 when it may be made, else the seconds to wait. */
  take(key: string): number {
    const now = Date.now()
    const known = this.#attempts.get(key)
    const attempts =
      known !== undefined && known.endsAt > now ? known : { count: 0, endsAt: now + this.#window }
    if (attempts.count >= this.#limit) return Math.ceil((attempts.endsAt - now) / 1000)
    this.#remember(key, { ...attempts, count: attempts.count + 1 })
    return 0
  }

  /** Gives an attempt back, as it was a good one. */
  giveBack(key: string): void {
    const attempts = this.#attempts.get(key)
    if (attempts === undefined) return
    if (attempts.count <= 1) this.#attempts.delete(key)
    else this.#attempts.set(key, { ...attempts, count: attempts.count - 1 })
  }

  #remember(key: string, attempts: Attempts): void {
    // To the end of the map, so that the oldest is always the first.
    this.#attempts.delete(key)
    this.#attempts.set(key, attempts)
    if (this.#attempts.size <= MAX_KEYS) return
    const [oldest] = this.#attempts.keys()
    if (oldest !== undefined) this.#attempts.delete(oldest)
  }
}
