import { withDeadline } from "./with-deadline.js"

/** What has happened and was not looked at yet, in order. */
export class Queue<T> {
  readonly #items: T[] = []
  readonly #waiting: ((item: T) => void)[] = []

  put(item: T): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#items.push(item)
    else next(item)
  }

  /** The next item. @throws Error when it doesn't come in time. */
  async next(): Promise<T> {
    const item = this.#items.shift()
    if (item !== undefined) return item
    return withDeadline("the next event", new Promise((resolve) => this.#waiting.push(resolve)))
  }

  /** The next items, so many. */
  async take(count: number): Promise<readonly T[]> {
    const items: T[] = []
    while (items.length < count) items.push(await this.next())
    return items
  }
}
