import { CancelablePromise } from "./cancelable-promise.js"
import { DcrfError } from "./dcrf-error.js"
import { Feed } from "./feed.js"
import { newRequestId } from "./request-id.js"
import type { Pk, Untyped } from "./rows.js"
import type {
  SubscribeOptions,
  Subscription,
  SubscriptionEvent,
  SubscriptionHandler,
} from "./subscription.js"
import {
  INSTANCE,
  type Subscriber,
  type SubscriptionContext,
  type Terms,
  WireSubscription,
} from "./wire-subscription.js"

/** What is to be subscribed. */
export interface SubscriptionRequest {
  readonly stream: string
  readonly what: Pk | readonly Pk[] | object
  readonly callback: SubscriptionHandler<Untyped> | undefined
  readonly options: SubscribeOptions
}

/** All subscriptions: one on the wire for all who subscribe to the same. */
export class SubscriptionTable {
  readonly #context: SubscriptionContext
  /** Those that the server takes for one when it unsubscribes: of one row, or of one action. */
  readonly #rows = new Map<string, readonly WireSubscription[]>()

  constructor(context: SubscriptionContext) {
    this.#context = context
  }

  /** Subscribes, or joins those who are. */
  subscribe({ stream, what, callback, options }: SubscriptionRequest): Subscription<Untyped> {
    const { signal } = options
    const wires: WireSubscription[] = []
    let abort = () => {}
    let settle = () => {}
    const end = (error?: unknown) => {
      signal?.removeEventListener("abort", abort)
      feed.end(error)
    }
    const cancel = async () => {
      end()
      settle()
      const left = wires.filter((wire) => wire.subscribers.delete(subscriber))
      await Promise.all(left.map((wire) => wire.subscribers.size === 0 && this.#leave(wire)))
      return left.length > 0
    }
    const feed = new Feed<SubscriptionEvent<Untyped>>(cancel)
    const subscriber: Subscriber = { callback, options, feed, rows: 0, end }
    const start = (resolve: (data: unknown) => void, reject: (error: unknown) => void) => {
      settle = () => resolve(null)
      const fail = (error: unknown) => {
        reject(error)
        end(error)
        return cancel()
      }
      abort = () => void fail(signal?.reason)
      try {
        signal?.throwIfAborted()
        signal?.addEventListener("abort", abort)
        for (const one of [what].flat()) {
          wires.push(this.#join(this.#terms(stream, one, options), subscriber))
        }
        const answers = Promise.all(wires.map((wire) => wire.ready))
        answers.then(([data = null, ...more]) => resolve(more.length > 0 ? null : data), fail)
        if (wires.length === 0) end()
      } catch (error) {
        void fail(error)
      }
    }
    return new CancelablePromise(start, {
      get id() {
        return wires[0]?.terms.id ?? ""
      },
      cancel,
      iterate: () => feed.iterate(),
    })
  }

  /** Ends them all. @returns how many there were */
  async clear(): Promise<number> {
    const wires = this.#all()
    const subscribers = new Set(wires.flatMap((wire) => [...wire.subscribers.keys()]))
    this.#rows.clear()
    for (const { end } of subscribers) end()
    await Promise.all(
      wires.map((wire) => {
        wire.subscribers.clear()
        return wire.leave()
      }),
    )
    return subscribers.size
  }

  /** Subscribes to all again, for the server has forgotten them. */
  renew(): void {
    for (const wire of this.#all()) {
      // What is queued is about to be sent.
      if (wire.isQueued) wire.isQueued = false
      else wire.renew()
    }
  }

  #all(): readonly WireSubscription[] {
    return [...this.#rows.values()].flat()
  }

  #terms(stream: string, what: Untyped, options: SubscribeOptions): Terms {
    const { client } = this.#context
    const { requestId, subscribeAction = INSTANCE, timeout = client.options.timeout } = options
    const pkField = subscribeAction === INSTANCE ? "pk" : client.pkField
    const args = what && typeof what === "object" ? what : { [pkField]: what }
    const { unsubscribeAction = "unsubscribe_instance", unsubscribeArgs = args } = options
    const id = requestId ?? newRequestId()
    return {
      ...{ stream, id, requestId, args, subscribeAction, timeout },
      ...{ unsubscribeAction, unsubscribeArgs },
    }
  }

  #join(terms: Terms, subscriber: Subscriber): WireSubscription {
    const { requestId } = subscriber.options
    const joined = this.#siblings(terms).find(
      (wire) =>
        !wire.isGone && (requestId ?? wire.terms.id) === wire.terms.id && isSame(wire.terms, terms),
    )
    const wire = joined ?? new WireSubscription(this.#context, terms, this.#ended)
    subscriber.rows++
    wire.subscribers.set(subscriber, {})
    if (!joined) {
      this.#rows.set(rowOf(terms), [...this.#siblings(terms), wire])
      wire.subscribe()
    }
    return wire
  }

  /** What was answered too late is taken back: the server believes it is wanted. */
  readonly #ended = (wire: WireSubscription, error: unknown): void => {
    if (error instanceof DcrfError && error.kind === "timeout") void this.#leave(wire)
    else this.#remove(wire)
  }

  #leave(wire: WireSubscription): Promise<void> {
    this.#remove(wire)
    const left = wire.leave()
    // Unsubscribing one request id, DCRF also silences others of the same row.
    if (this.#context.client.transport.isConnected()) {
      for (const other of this.#siblings(wire.terms)) other.renew()
    }
    return left
  }

  #siblings(terms: Terms): readonly WireSubscription[] {
    return this.#rows.get(rowOf(terms)) ?? []
  }

  #remove(wire: WireSubscription): void {
    const others = this.#siblings(wire.terms).filter((other) => other !== wire)
    if (others.length > 0) this.#rows.set(rowOf(wire.terms), others)
    else this.#rows.delete(rowOf(wire.terms))
  }
}

/** A row, or all that an action without a key subscribes to. */
function rowOf({ stream, subscribeAction, args }: Terms): string {
  return [stream, subscribeAction, args.pk].join("\n")
}

function isSame(a: Terms, b: Terms): boolean {
  const [one, other] = [a, b].map((terms) =>
    JSON.stringify([terms.args, terms.unsubscribeAction, terms.unsubscribeArgs]),
  )
  return one === other
}
