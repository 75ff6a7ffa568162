import type { Client } from "../client.js"
import type { DcrfError } from "../dcrf-error.js"
import type { Pk } from "../rows.js"
import type { Action, SubscribeOptions, Subscription } from "../subscription.js"

/** The actions that subscribe to the rows of a list, and unsubscribe from them. */
export interface ListActions {
  /** Such as `subscribe_to_all`. */
  readonly subscribeAction: string
  /** Such as `unsubscribe_from_all`. */
  readonly unsubscribeAction: string
}

/** Hears what happens to rows. */
export interface WatchEvents {
  event(action: Action, data: unknown): void
  error(error: DcrfError): void
  /** Events may have been missed by a reconnect. Resolves when what they told is known. */
  refetch(): Promise<void>
  /** Events may have been missed before it was subscribed. */
  late(): void
}

/** The subscriptions of one list or row. */
export interface Watch {
  /** Subscribes to what the arguments of a list name, once. */
  list(args: object, actions: ListActions): void
  /** Subscribes to these rows each, and to nothing else. `isLate` if they are not about to be fetched. */
  rows(pks: readonly Pk[], isLate?: boolean): void
}

/** Makes a watch without subscriptions. */
export function createWatch(client: Client, stream: string, events: WatchEvents): Watch {
  const subscriptions = new Map<string, Subscription<unknown>>()
  // What is fetched is shown at once: nothing is left to tell as an event.
  const refetch = () => events.refetch().then(() => [])

  function subscribe(key: string, what: Pk | object, options: SubscribeOptions = {}) {
    if (subscriptions.has(key)) return []
    const subscription: Subscription<unknown> = client.subscribe(
      stream,
      what,
      (data, action) => events.event(action, data),
      { ...options, refetch, onError: events.error },
    )
    subscriptions.set(key, subscription)
    subscription.catch(events.error)
    return [subscription]
  }

  return {
    list(args, actions) {
      subscribe("", args, { ...actions, includeCreateEvents: true })
    },
    rows(pks, isLate = false) {
      const wanted = new Map(pks.map((pk) => [String(pk), pk]))
      for (const [key, subscription] of subscriptions) {
        if (wanted.has(key)) continue
        subscriptions.delete(key)
        void subscription.cancel()
      }
      const made = [...wanted].flatMap(([key, pk]) => subscribe(key, pk))
      if (isLate && made.length > 0) void Promise.allSettled(made).then(events.late)
    },
  }
}
