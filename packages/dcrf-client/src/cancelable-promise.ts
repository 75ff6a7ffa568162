import type { Untyped } from "./rows.js"

/** What stands behind a {@link CancelablePromise}. */
export interface Handle<Item> {
  readonly id: string
  /** Ends it. @returns false when it had ended already */
  cancel(): Promise<boolean>
  /** What comes, from now on. */
  iterate(): AsyncIterator<Item, undefined>
}

/** A promise of a beginning, with what comes after it: `then` and `catch` keep both. */
export class CancelablePromise<T, Item> extends Promise<T> implements AsyncIterable<Item> {
  #handle: Handle<Item> | undefined

  /** Without a handle, as promises make themselves, it cancels nothing. */
  constructor(
    executor: (
      resolve: (value: T | PromiseLike<T>) => void,
      reject: (reason: unknown) => void,
    ) => void,
    handle?: Handle<Item>,
  ) {
    super(executor)
    this.#handle = handle
  }

  /** The request id on the wire; that of the first where several rows are subscribed. */
  get id(): string {
    return this.#handle?.id ?? ""
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, whose cancel() outlives then().
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: Untyped) => B | PromiseLike<B>) | null,
  ): CancelablePromise<A | B, Item> {
    const next = super.then(onFulfilled, onRejected)
    // Promises make their successors with their own class.
    const cancelable = next as CancelablePromise<A | B, Item>
    cancelable.#handle = this.#handle
    return cancelable
  }

  override catch<B = never>(
    onRejected?: ((reason: Untyped) => B | PromiseLike<B>) | null,
  ): CancelablePromise<T | B, Item> {
    return this.then(undefined, onRejected)
  }

  /** Ends it, and resolves true; false when it had ended already. Never rejects. */
  async cancel(): Promise<boolean> {
    return this.#handle?.cancel() ?? false
  }

  /** What comes from now on; leaving the loop cancels. A beginning that fails is thrown there. */
  [Symbol.asyncIterator](): AsyncIterator<Item, undefined> {
    this.catch(() => {})
    return this.#handle?.iterate() ?? { next: async () => ({ done: true, value: undefined }) }
  }
}

/** Resolves as soon as the request is sent, or queued. Iterated, it gives the data of each answer. */
export class StreamingRequestPromise<Data> extends CancelablePromise<void, Data> {}
