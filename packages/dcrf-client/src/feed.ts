/** What comes, for a loop: it waits here, without bounds, until it is asked for. One loop at a time. */
export class Feed<T> {
  readonly #onReturn: () => unknown
  #items: T[] | undefined
  #end: { readonly error?: unknown } | undefined
  #wake = () => {}

  /** `onReturn` is called when the loop is left, also by an error. */
  constructor(onReturn: () => unknown) {
    this.#onReturn = onReturn
  }

  /** Whether there is a loop. */
  get isRead(): boolean {
    return this.#items !== undefined
  }

  push(item: T): void {
    this.#items?.push(item)
    this.#wakeAll()
  }

  /** Nothing comes any more; an error is thrown in the loop, after what came before. */
  end(error?: unknown): void {
    this.#end ??= { error }
    this.#wakeAll()
  }

  iterate(): AsyncIterator<T, undefined> {
    const items: T[] = []
    this.#items = items
    const done = { done: true, value: undefined } as const
    return {
      next: async () => {
        while (items.length === 0 && !this.#end) {
          await new Promise<void>((resolve) => {
            const others = this.#wake
            this.#wake = () => {
              others()
              resolve()
            }
          })
        }
        for (const value of items) {
          items.shift()
          return { done: false, value }
        }
        const error = this.#end?.error
        this.#end = {}
        if (error === undefined) return done
        await this.#onReturn()
        throw error
      },
      return: async () => {
        items.length = 0
        this.end()
        await this.#onReturn()
        return done
      },
    }
  }

  #wakeAll(): void {
    const wake = this.#wake
    this.#wake = () => {}
    wake()
  }
}
