import {
  Centrifuge,
  type ErrorContext,
  type Subscription,
  type SubscriptionErrorContext,
  SubscriptionState,
  State as TransportState,
  type UnsubscribedContext,
} from "centrifuge"
import type { Channel } from "./backend-answer.js"
import { type Deferred, defer } from "./deferred.js"
import { InstantError } from "./instant-error.js"
import { type Recovered, Recoveries } from "./recoveries.js"
import type { State } from "./state.js"
import type { WebSocketClass } from "./web-socket.js"

/** The name under which handlers see what the server sends to this user alone. */
export const PERSONAL_CHANNEL = "@me"

/** A channel that was refused, or taken away. */
export interface Denied {
  readonly channel: string
  /** The protocol's code: 103 permission denied, 2000 ended by the server, 1 no token … */
  readonly code: number
  readonly reason: string
}

/** What a connection tells, in the order in which it happens. */
export interface ConnectionEvents {
  state(state: State, reason: string): void
  publication(channel: string, data: unknown): void
  recovered(recovered: Recovered): void
  denied(denied: Denied): void
  error(error: InstantError): void
}

/** Where tokens come from, when the ones at hand have expired. */
export interface TokenSource {
  connectionToken(): Promise<string>
  /** `""` when the channel is not the user's any more. */
  subscriptionToken(channel: string): Promise<string>
}

export interface ConnectionOptions {
  readonly endpoint: string
  readonly websocket: WebSocketClass
  /** The token to begin with. */
  readonly token: string
  readonly tokens: TokenSource
  readonly events: ConnectionEvents
  /** In milliseconds; see `InstantOptions`. */
  readonly reconnectDelay: { readonly min?: number; readonly max?: number }
}

const silence: ConnectionEvents = {
  state() {},
  publication() {},
  recovered() {},
  denied() {},
  error() {},
}

/** The client fetches a new token then: nothing that anybody need hear of. */
const TOKEN_EXPIRED = 109

/** The connection of one user: a Centrifuge client with its subscriptions. */
export class Connection {
  readonly client: Centrifuge
  readonly #tokens: TokenSource
  readonly #delay: ConnectionOptions["reconnectDelay"]
  readonly #recoveries = new Recoveries((recovered) =>
    this.#events.recovered({ ...recovered, channel: this.#nameOf(recovered.channel) }),
  )
  /** Channels whose first answer is still to come. */
  readonly #pending = new Map<string, Deferred<void>>()
  #opening: Deferred<void> | undefined
  #events: ConnectionEvents

  constructor(options: ConnectionOptions) {
    const { endpoint, websocket, token, tokens, events, reconnectDelay } = options
    const { min, max } = reconnectDelay
    this.#tokens = tokens
    this.#events = events
    this.#delay = reconnectDelay
    this.client = new Centrifuge(endpoint, {
      websocket,
      getToken: () => tokens.connectionToken(),
      ...(min !== undefined && { minReconnectDelay: min }),
      ...(max !== undefined && { maxReconnectDelay: max }),
    })
    // Not among the options: the client prints those when its debugging is on.
    this.client.setToken(token)
    this.#listen()
  }

  /**
   * Connects, and tries again until it is there.
   * @throws InstantError of kind `connection` when the server ends it for good, or after `timeout`
   * milliseconds; it is tried further then.
   */
  async open(timeout?: number): Promise<void> {
    this.client.connect()
    if (this.client.state === TransportState.Connected) return
    this.#opening ??= defer()
    const { promise } = this.#opening
    await (timeout === undefined ? promise : within(timeout, promise))
  }

  /** Subscribes to a channel, once. Resolves when the server has answered, whatever it said. */
  subscribe(channel: Channel): Promise<void> {
    const { name } = channel
    const subscription = this.client.getSubscription(name) ?? this.#newSubscription(channel)
    subscription.subscribe()
    if (subscription.state === SubscriptionState.Subscribed) return Promise.resolve()
    const answer = this.#pending.get(name) ?? defer<void>()
    this.#pending.set(name, answer)
    return answer.promise
  }

  /** Ends a subscription. Does nothing when there is none. */
  unsubscribe(name: string): void {
    this.#recoveries.forget(name)
    this.client.removeSubscription(this.client.getSubscription(name))
  }

  /** Ends it all, and tells nothing any more. */
  close(): void {
    this.#events = silence
    this.client.disconnect()
    for (const name of Object.keys(this.client.subscriptions())) this.unsubscribe(name)
  }

  #listen(): void {
    this.client.on("connecting", ({ code, reason }) => {
      this.#events.state(code === 0 ? "connecting" : "reconnecting", reason)
    })
    this.client.on("connected", () => {
      this.#events.state("connected", "connected")
      this.#opening?.resolve()
      this.#opening = undefined
    })
    this.client.on("disconnected", ({ code, reason }) => this.#ended(code, reason))
    this.client.on("error", (context) => this.#failed(context))
    // What the server has subscribed by itself.
    this.client.on("subscribed", ({ channel, recovered }) =>
      this.#recoveries.subscribed(channel, recovered),
    )
    this.client.on("publication", ({ channel, data }) => this.#published(channel, data))
  }

  #newSubscription({ name: channel, token }: Channel): Subscription {
    const { min, max } = this.#delay
    const subscription = this.client.newSubscription(channel, {
      token,
      getToken: () => this.#tokens.subscriptionToken(channel),
      ...(min !== undefined && { minResubscribeDelay: min }),
      ...(max !== undefined && { maxResubscribeDelay: max }),
    })
    subscription.on("subscribed", ({ recovered }) => {
      this.#recoveries.subscribed(channel, recovered)
      this.#answered(channel)
    })
    subscription.on("publication", ({ data }) => this.#published(channel, data))
    subscription.on("unsubscribed", (context) => this.#unsubscribed(subscription, context))
    subscription.on("error", (context) => {
      this.#failed(context, channel)
      if (context.error.code !== TOKEN_EXPIRED) this.#answered(channel)
    })
    return subscription
  }

  #published(channel: string, data: unknown): void {
    this.#recoveries.published(channel)
    this.#events.publication(this.#nameOf(channel), data)
  }

  /** What the server has subscribed by itself is for this user alone. */
  #nameOf(channel: string): string {
    return this.client.getSubscription(channel) === null ? PERSONAL_CHANNEL : channel
  }

  #unsubscribed(subscription: Subscription, { code, reason }: UnsubscribedContext): void {
    const { channel } = subscription
    this.#answered(channel)
    if (code === 0) return
    this.unsubscribe(channel)
    this.#events.denied({ channel, code, reason })
  }

  #answered(channel: string): void {
    this.#pending.get(channel)?.resolve()
    this.#pending.delete(channel)
  }

  #ended(code: number, reason: string): void {
    for (const channel of this.#pending.keys()) this.#answered(channel)
    this.#events.state(code === 0 ? "idle" : "failed", code === 0 ? reason : `${reason} (${code})`)
    const error = new InstantError("connection", `The connection ended: ${reason} (${code})`, {
      code,
    })
    this.#opening?.reject(error)
    this.#opening = undefined
  }

  #failed({ type, error }: ErrorContext | SubscriptionErrorContext, channel?: string): void {
    const { code, message } = error
    if (code === TOKEN_EXPIRED) return
    const where = channel === undefined ? "The connection" : `The subscription to ${channel}`
    const text = `${where} failed (${type}): ${message}. It is tried again`
    const kind = channel === undefined ? "connection" : "subscription"
    this.#events.error(
      new InstantError(kind, text, { code, ...(channel !== undefined && { channel }) }),
    )
  }
}

async function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  const late = defer<void>()
  const timer = setTimeout(() => {
    const text = `Not connected after ${milliseconds} ms; it is tried further`
    late.reject(new InstantError("connection", text))
  }, milliseconds)
  try {
    await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
