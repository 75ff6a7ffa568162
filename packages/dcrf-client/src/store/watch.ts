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
  /** Events may have been missed. Resolves when what they told is known. */
  refetch(): Promise<void>
  row(pk: Pk): object | undefined
}

/** The subscriptions of one list or row. */
export interface Watch {
  /** Subscribes to what the arguments of a list name, once. */
  list(args: object, actions: ListActions): void
  /** Subscribes to these rows each, and to nothing else. */
  rows(pks: readonly Pk[]): void
}

/** Makes a watch without subscriptions. */
export function createWatch(client: Client, stream: string, events: WatchEvents): Watch {
  const subscriptions = new Map<string, Subscription<unknown>>()

  function subscribe(key: string, what: Pk | object, options: SubscribeOptions): void {
    if (subscriptions.has(key)) return
    const subscription: Subscription<unknown> = client.subscribe(
      stream,
      what,
      (data, action) => events.event(action, data),
      { ...options, onError: events.error },
    )
    subscriptions.set(key, subscription)
    subscription.catch(events.error)
  }

  return {
    list(args, actions) {
      const refetch = () => events.refetch().then(() => [])
      subscribe("", args, { ...actions, includeCreateEvents: true, refetch })
    },
    rows(pks) {
      const wanted = new Map(pks.map((pk) => [String(pk), pk]))
      for (const [key, subscription] of subscriptions) {
        if (wanted.has(key)) continue
        subscriptions.delete(key)
        void subscription.cancel()
      }
      for (const [key, pk] of wanted) {
        // Others may share this subscription, and keep it longer.
        const refetch = async () => {
          await events.refetch()
          return events.row(pk) ?? client.retrieve(stream, pk)
        }
        subscribe(key, pk, { refetch })
      }
    },
  }
}
