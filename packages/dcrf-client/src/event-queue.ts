/** What comes, for one iteration: it waits here, without bounds, until it is asked for. */
export class EventQueue<T> implements AsyncIterator<T, undefined> {
  readonly #items: T[] = []
  readonly #onReturn: () => unknown
  #end: { error?: unknown } | undefined
  #wake = () => {}
  #news = this.#nextNews()

  /** `onReturn` is called when the loop is left. */
  constructor(onReturn: () => unknown) {
    this.#onReturn = onReturn
  }

  push(item: T): void {
    this.#items.push(item)
    this.#tell()
  }

  /** Nothing comes any more; an error is thrown to who iterates, once. */
  end(end: { error?: unknown }): void {
    this.#end ??= end
    this.#tell()
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      for (const value of this.#items) {
        this.#items.shift()
        return { done: false, value }
      }
      if (this.#end !== undefined) break
      await this.#news
    }
    const { error } = this.#end
    this.#end = {}
    if (error !== undefined) throw error
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.end({})
    this.#items.length = 0
    await this.#onReturn()
    return { done: true, value: undefined }
  }

  #tell(): void {
    this.#wake()
    this.#news = this.#nextNews()
  }

  #nextNews(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
