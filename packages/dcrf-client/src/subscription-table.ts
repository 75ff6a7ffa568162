import { CancelablePromise } from "./cancelable-promise.js"
import { newRequestId } from "./request-id.js"
import type { Pk, Untyped } from "./rows.js"
import type { Subscriber } from "./subscriber.js"
import type { SubscribeOptions, Subscription } from "./subscription.js"
import { type SubscriptionContext, type Terms, WireSubscription } from "./wire-subscription.js"

/** What is to be subscribed. */
export interface SubscriptionRequest {
  readonly stream: string
  /** One set of arguments for each subscription on the wire. */
  readonly args: readonly { readonly pk?: Pk }[]
  readonly options: SubscribeOptions
  readonly subscriber: Subscriber
  readonly timeout: number | undefined
  /** Fetches a row; undefined where rows are not fetched. */
  readonly retrieve: ((pk: Pk) => Promise<Untyped>) | undefined
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
  subscribe(request: SubscriptionRequest): Subscription<Untyped> {
    const { subscriber, args, options } = request
    const { signal } = options
    const wires: WireSubscription[] = []
    const cancel = async () => {
      signal?.removeEventListener("abort", abort)
      subscriber.end()
      const left = wires.filter((wire) => wire.subscribers.delete(subscriber))
      await Promise.all(left.map((wire) => this.#leaveIfAlone(wire)))
      return left.length > 0
    }
    let abort = () => {}
    const ready = new Promise<null>((resolve, reject) => {
      const fail = (error: unknown) => {
        reject(error)
        subscriber.end(error)
        void cancel()
      }
      abort = () => fail(signal?.reason)
      try {
        signal?.throwIfAborted()
        signal?.addEventListener("abort", abort)
        for (const one of args) wires.push(this.#join(request, one))
        Promise.all(wires.map((wire) => wire.ready)).then(() => resolve(null), fail)
      } catch (error) {
        fail(error)
      }
    })
    return new CancelablePromise((resolve, reject) => ready.then(resolve, reject), {
      id: wires[0]?.terms.id ?? "",
      cancel,
      iterate: () => subscriber.iterate(cancel),
    })
  }

  /** Ends them all. @returns how many there were */
  async clear(): Promise<number> {
    const wires = this.#all()
    const subscribers = new Set(wires.flatMap((wire) => [...wire.subscribers]))
    this.#rows.clear()
    for (const subscriber of subscribers) subscriber.end()
    for (const wire of wires) wire.subscribers.clear()
    await Promise.all(wires.map((wire) => wire.leave()))
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

  #join(request: SubscriptionRequest, args: Terms["args"]): WireSubscription {
    const { stream, options, subscriber, timeout, retrieve } = request
    const {
      subscribeAction = INSTANCE,
      unsubscribeAction = "unsubscribe_instance",
      unsubscribeArgs = args,
      requestId,
      refetch,
    } = options
    const { pk } = args
    const isRow = pk !== undefined && subscribeAction === INSTANCE
    const terms: Terms = {
      stream,
      args,
      subscribeAction,
      unsubscribeAction,
      unsubscribeArgs,
      timeout,
      id: requestId ?? newRequestId(),
      refetch:
        typeof refetch === "function"
          ? refetch
          : retrieve && isRow
            ? () => retrieve(pk)
            : undefined,
    }
    const joined = this.#siblings(terms).find(
      (wire) => (requestId ?? wire.terms.id) === wire.terms.id && isSame(wire.terms, terms),
    )
    const wire = joined ?? new WireSubscription(this.#context, terms, (wire) => this.#remove(wire))
    subscriber.rows++
    wire.subscribers.add(subscriber)
    if (joined === undefined) {
      this.#rows.set(rowOf(terms), [...this.#siblings(terms), wire])
      wire.subscribe()
    }
    return wire
  }

  async #leaveIfAlone(wire: WireSubscription): Promise<void> {
    if (wire.subscribers.size > 0) return
    this.#remove(wire)
    const left = wire.leave()
    // Unsubscribing one request id, DCRF also silences others of the same row.
    if (this.#context.line.isOpen) for (const other of this.#siblings(wire.terms)) other.renew()
    await left
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

/** What rows are subscribed with, unless the options say otherwise. */
const INSTANCE = "subscribe_instance"

/** A row, or all that an action without a key subscribes to. */
function rowOf({ stream, subscribeAction, args }: Terms): string {
  return JSON.stringify([stream, subscribeAction, String(args.pk)])
}

function isSame(a: Terms, b: Terms): boolean {
  return wordsOf(a) === wordsOf(b)
}

function wordsOf({ args, unsubscribeAction, unsubscribeArgs }: Terms): string {
  return JSON.stringify([args, unsubscribeAction, unsubscribeArgs])
}
