/**
 * Says how often something may be done: so many at once as the bucket holds, and then at its rate, at
 * which it is refilled steadily.
 */
export class TokenBucket {
  /** Tokens that come in a second. */
  readonly rate: number
  /** Tokens that it holds when it is full, as it is at first. */
  readonly burst: number
  #tokens: number
  #refilledAt = 0

  /** @param burst One second's worth unless said. */
  constructor(rate: number, burst = rate) {
    this.rate = rate
    this.burst = burst
    this.#tokens = burst
  }

  /** Takes a token; false when there is none. @param now Milliseconds on any clock, always the same one. */
  take(now: number): boolean {
    // A clock that was set back fills nothing in, and takes nothing away.
    const elapsed = Math.max(0, now - this.#refilledAt)
    this.#tokens = Math.min(this.burst, this.#tokens + (elapsed / 1000) * this.rate)
    this.#refilledAt = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
