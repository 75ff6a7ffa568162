/** How long what must come may take, unless a step says otherwise: milliseconds. */
export const DEADLINE = 4000

/** What comes in, in order, and is waited for. */
export class Arrivals<T> {
  readonly #items: T[] = []
  readonly #watchers = new Set<() => void>()

  /** What has come and was not taken yet. */
  get waiting(): readonly T[] {
    return this.#items
  }

  add(item: T): void {
    this.#items.push(item)
    this.changed()
  }

  /** Takes up to `count`, the oldest first. */
  take(count: number): readonly T[] {
    return this.#items.splice(0, count)
  }

  /** Has everybody who waits look again. */
  changed(): void {
    for (const watch of this.#watchers) watch()
  }

  /** Resolves as soon as it is so, and in any case after so many milliseconds. */
  until(isSo: () => boolean, milliseconds: number): Promise<void> {
    if (isSo()) return Promise.resolve()
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        this.#watchers.delete(watch)
        resolve()
      }
      const watch = () => {
        if (isSo()) finish()
      }
      const timer = setTimeout(finish, milliseconds)
      this.#watchers.add(watch)
    })
  }
}
