/** What is waited for together. */
interface Work {
  count: number
}

/** What is under way, so that an end can wait for it. */
export class Underway {
  #work: Work = { count: 0 }
  #isOver = false
  readonly #waiting = new Set<() => void>()

  /** Does something that an end waits for. @throws Error when it is over. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isOver) throw new Error("Instant is closed: nothing is done after close()")
    const mine = this.#work
    mine.count++
    try {
      return await work()
    } finally {
      mine.count--
      if (mine === this.#work && mine.count === 0) this.#tell()
    }
  }

  /**
   * Resolves when nothing is under way, at the latest after so many milliseconds. What is left then isn't waited for
   * again.
   * @returns how much is left.
   */
  async ended(patience: number): Promise<number> {
    if (this.#work.count === 0) return 0
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patience)
      this.#waiting.add(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    const left = this.#work.count
    this.#work = { count: 0 }
    return left
  }

  /** From now on nothing begins. */
  finish(): void {
    this.#isOver = true
  }

  #tell(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
