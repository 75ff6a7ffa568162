/** Wakes who waits; a ring that nobody waits for is kept for the next one. */
export class Bell {
  #isRung = false
  #wake: (() => void) | undefined

  /** Wakes who waits now, or else whoever waits next. */
  ring(): void {
    this.#isRung = true
    this.#wake?.()
  }

  /** Waits for a ring, at most so many milliseconds. */
  async wait(time: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, time)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
    this.#isRung = false
  }
}
