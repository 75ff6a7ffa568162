/** How many events each of the last seconds brought. */
export class Tally {
  readonly #counts = new Map<number, number>()
  readonly #seconds: number

  /** @param seconds how many seconds are remembered */
  constructor(seconds: number) {
    this.#seconds = seconds
  }

  /** Counts one event. */
  add(date: Date): void {
    const second = Math.floor(date.getTime() / 1000)
    const count = this.#counts.get(second)
    if (count === undefined) this.#forgetBefore(second - 2 * this.#seconds)
    this.#counts.set(second, (count ?? 0) + 1)
  }

  /** The counts of the seconds up to `now` (ms since 1970), the oldest first. */
  series(now: number): readonly number[] {
    const last = Math.floor(now / 1000)
    return Array.from(
      { length: this.#seconds },
      (_, index) => this.#counts.get(last - this.#seconds + 1 + index) ?? 0,
    )
  }

  #forgetBefore(second: number): void {
    for (const counted of this.#counts.keys()) {
      if (counted < second) this.#counts.delete(counted)
    }
  }
}
