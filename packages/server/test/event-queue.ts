/** How long a test waits for what must come, in milliseconds. */
const DEADLINE = 5_000

/** Keeps events until they are asked for, in order. */
export class EventQueue<T> {
  readonly #events: T[] = []
  readonly #waiting: Array<(event: T) => void> = []

  readonly push = (event: T): void => {
    const next = this.#waiting.shift()
    if (next === undefined) this.#events.push(event)
    else next(event)
  }

  /** The next event; fails when none comes in time. */
  next(): Promise<T> {
    const [event] = this.#events.splice(0, 1)
    if (event !== undefined) return Promise.resolve(event)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("nothing came")), DEADLINE)
      this.#waiting.push((late) => {
        clearTimeout(timer)
        resolve(late)
      })
    })
  }
}
