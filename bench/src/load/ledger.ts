/** Which publications one client has had, and how often. */
export class Ledger {
  #counts = new Uint8Array(64)
  #distinct = 0
  #twice = 0

  /** How many it had at least once. */
  get distinct(): number {
    return this.#distinct
  }

  /** How many came again. */
  get twice(): number {
    return this.#twice
  }

  /** Enters a publication by its number; tells whether it is the first time. */
  enter(sequence: number): boolean {
    if (sequence >= this.#counts.length) {
      const larger = new Uint8Array(Math.max(sequence + 1, 2 * this.#counts.length))
      larger.set(this.#counts)
      this.#counts = larger
    }
    const isFirst = this.#counts[sequence] === 0
    this.#counts[sequence] = 1
    if (isFirst) this.#distinct++
    else this.#twice++
    return isFirst
  }
}
