import type { DcrfError, ServerPayload } from "./dcrf-error.js"
import { EventQueue } from "./event-queue.js"
import { callSafely } from "./listeners.js"
import type { Untyped } from "./rows.js"
import type { Action, SubscriptionEvent, SubscriptionHandler } from "./subscription.js"

/** What a subscriber is told by. */
export interface SubscriberOptions {
  readonly callback: SubscriptionHandler<Untyped> | undefined
  readonly includeCreateEvents: boolean | undefined
  readonly onError: ((error: DcrfError) => unknown) | undefined
  /** Takes what the callback throws. */
  readonly report: (cause: unknown) => void
}

/** One who subscribed: by a callback, by iterating, or both. */
export class Subscriber {
  readonly #options: SubscriberOptions
  readonly #queues = new Set<EventQueue<SubscriptionEvent<Untyped>>>()
  /** How many rows it is subscribed to. */
  rows = 0

  constructor(options: SubscriberOptions) {
    this.#options = options
  }

  tell(data: Untyped, action: Action, payload: ServerPayload): void {
    const { callback, includeCreateEvents, report } = this.#options
    if (action === "create" && !includeCreateEvents) return
    if (callback) callSafely(() => callback(data, action, payload), report)
    for (const queue of this.#queues) queue.push({ action, data })
  }

  /** @returns false when it has no place for errors of its own */
  tellError(error: DcrfError): boolean {
    const { onError, report } = this.#options
    if (onError) callSafely(() => onError(error), report)
    return onError !== undefined
  }

  /** One of its rows is over, for good or by an error. */
  lose(error?: unknown): void {
    this.rows--
    if (this.rows === 0 || error !== undefined) this.end(error)
  }

  /** Ends its iterations, with the error if there is one. */
  end(error?: unknown): void {
    for (const queue of this.#queues) queue.end({ error })
  }

  iterate(onReturn: () => unknown): AsyncIterator<SubscriptionEvent<Untyped>, undefined> {
    const queue = new EventQueue<SubscriptionEvent<Untyped>>(onReturn)
    this.#queues.add(queue)
    return queue
  }
}
