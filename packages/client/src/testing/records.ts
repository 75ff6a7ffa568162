/** What has come to a fake server, for a test to look at or to wait for. */
export class Records<T> implements Iterable<T> {
  readonly #all: T[] = []
  readonly #waiting = new Set<(item: T) => boolean>()
  #taken = 0

  /** All of it, in order. */
  get all(): readonly T[] {
    return this.#all
  }

  /** All of it, in order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#all.values()
  }

  /** Adds something, and hands it to who waits for it. */
  add(item: T): void {
    this.#all.push(item)
    for (const take of this.#waiting) if (take(item)) return
  }

  /**
   * The next that fits, come already or still to come; each call goes on after what the one before
   * has found. Waits without end: the test's own time limit is the deadline.
   */
  async next(fits: (item: T) => boolean = () => true): Promise<T> {
    while (this.#taken < this.#all.length) {
      const item = this.#all[this.#taken++]
      if (item !== undefined && fits(item)) return item
    }
    return new Promise((resolve) => {
      const take = (item: T): boolean => {
        this.#taken = this.#all.length
        if (!fits(item)) return false
        this.#waiting.delete(take)
        resolve(item)
        return true
      }
      this.#waiting.add(take)
    })
  }
}
