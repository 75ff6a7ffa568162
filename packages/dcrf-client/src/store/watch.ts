import type { Client } from "../client.js"
import type { DcrfError } from "../dcrf-error.js"
import type { Pk } from "../rows.js"
import type { Action, SubscribeOptions, Subscription } from "../subscription.js"

/** The actions that subscribe to the rows of a list, and unsubscribe from them. */
export interface ListActions {
  readonly subscribeAction: string
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
export class Watch {
  readonly #client: Client
  readonly #stream: string
  readonly #events: WatchEvents
  readonly #subscriptions = new Map<string, Subscription<unknown>>()

  constructor(client: Client, stream: string, events: WatchEvents) {
    this.#client = client
    this.#stream = stream
    this.#events = events
  }

  /** Subscribes to what the arguments of a list name, once. */
  list(args: object, actions: ListActions): void {
    if (this.#subscriptions.size > 0) return
    const refetch = async () => {
      await this.#events.refetch()
      return []
    }
    this.#subscribe("", args, { ...actions, includeCreateEvents: true, refetch })
  }

  /** Subscribes to these rows each, and to no others. */
  rows(pks: readonly Pk[]): void {
    const wanted = new Map(pks.map((pk) => [String(pk), pk]))
    for (const [key, subscription] of this.#subscriptions) {
      if (!wanted.has(key)) {
        this.#subscriptions.delete(key)
        void subscription.cancel()
      }
    }
    for (const [key, pk] of wanted) {
      if (!this.#subscriptions.has(key)) this.#subscribe(key, pk, { refetch: () => this.#row(pk) })
    }
  }

  /** A row as it is now, for others may share its subscription, and keep it longer. */
  async #row(pk: Pk): Promise<unknown> {
    await this.#events.refetch()
    return this.#events.row(pk) ?? this.#client.retrieve(this.#stream, pk)
  }

  #subscribe(key: string, what: Pk | object, options: SubscribeOptions): void {
    const error = (cause: DcrfError) => this.#events.error(cause)
    const subscription: Subscription<unknown> = this.#client.subscribe(
      this.#stream,
      what,
      (data, action) => this.#events.event(action, data),
      { ...options, onError: error },
    )
    this.#subscriptions.set(key, subscription)
    subscription.catch(error)
  }
}
