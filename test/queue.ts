/** Collects what happens, so that a test can await it in order. */
export class Queue<T> {
  readonly #items: T[] = []
  readonly #waiting: ((item: T) => void)[] = []

  /** A function of its own, to be handed over as a listener. */
  readonly push = (item: T): void => {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#items.push(item)
    else waiting(item)
  }

  /** The next item; fails when none comes within 10 seconds. */
  async next(): Promise<T> {
    const item = this.#items.shift()
    if (item !== undefined) return item
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("Nothing came within 10 s")), 10_000)
      this.#waiting.push((next) => {
        clearTimeout(timer)
        resolve(next)
      })
    })
  }

  /** Skips what doesn't fit. */
  async nextWhere(fits: (item: T) => boolean): Promise<T> {
    for (;;) {
      const item = await this.next()
      if (fits(item)) return item
    }
  }

  /** The next items, so many. */
  async take(count: number): Promise<readonly T[]> {
    const items: T[] = []
    while (items.length < count) items.push(await this.next())
    return items
  }

  /** What has come and was not taken yet. */
  get rest(): readonly T[] {
    return this.#items
  }
}
