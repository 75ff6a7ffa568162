import {
  Centrifuge,
  type ErrorContext,
  type Options,
  type Subscription,
  type SubscriptionErrorContext,
  type SubscriptionOptions,
  State as TransportState,
} from "centrifuge"
import type { WebSocketClass } from "#platform"
import type { Channel } from "./backend-answer.js"
import { Feed, type FeedEvents } from "./feed.js"
import { InstantError } from "./instant-error.js"
import type { PresenceChange } from "./live-presence.js"
import type { Status } from "./status.js"

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
export interface ConnectionEvents extends FeedEvents {
  status(status: Status, reason: string): void
  subscribed(channel: string): void
  presence(channel: string, change: PresenceChange): void
  denied(denied: Denied): void
  error(error: InstantError): void
}

/** Where tokens come from, when the ones at hand have expired. */
export interface TokenSource {
  connectionToken(): Promise<string>
  /** `""` when the channel is not the user's any more. */
  subscriptionToken(channel: string): Promise<string>
}

/** How long to wait between two attempts, in milliseconds: growing at random from `min` to `max`. */
export interface ReconnectDelay {
  /** @default 500 */
  readonly min?: number
  /** @default 20,000 */
  readonly max?: number
}

/** How a {@link Connection} is made. */
export interface ConnectionOptions {
  readonly endpoint: string
  readonly websocket: WebSocketClass
  readonly tokens: TokenSource
  readonly events: ConnectionEvents
  readonly delay: ReconnectDelay | undefined
}

/** The client fetches a new token then: nothing that anybody need hear of. */
const TOKEN_EXPIRED = 109

/** How long a sign of life may take after the device woke up, in milliseconds. */
const PROBE_TIMEOUT = 1_000

/** The connection of one user: a Centrifuge client with its subscriptions. */
export class Connection {
  readonly client: Centrifuge
  /** The name at the server of what is for this user alone. */
  personalChannel = PERSONAL_CHANNEL
  readonly #tokens: TokenSource
  readonly #events: ConnectionEvents
  /** As client and subscriptions call them. */
  readonly #delays: Pick<Options, "minReconnectDelay" | "maxReconnectDelay"> &
    Pick<SubscriptionOptions, "minResubscribeDelay" | "maxResubscribeDelay">
  readonly #feeds = new Map<string, Feed>()
  /** Channels that tell who comes and goes. */
  readonly #watched = new Set<string>()
  /** Tells the client what the device does. */
  readonly #device = new EventTarget()
  readonly #closing = new AbortController()
  #isOffline = false
  #waitingStatus: Status = "connecting"
  #end: InstantError | undefined

  constructor({ endpoint, websocket, tokens, events, delay = {} }: ConnectionOptions) {
    const { min = 500, max = 20_000 } = delay
    this.#tokens = tokens
    this.#events = events
    this.#delays = {
      minReconnectDelay: min,
      maxReconnectDelay: max,
      minResubscribeDelay: min,
      maxResubscribeDelay: max,
    }
    this.client = new Centrifuge(endpoint, {
      ...this.#delays,
      websocket,
      networkEventTarget: this.#device,
      getToken: () => tokens.connectionToken(),
    })
    this.#listen()
    this.#watchDevice()
  }

  /**
   * Connects, with a token to begin with, and tries again until it is there.
   * @throws InstantError of kind `connection` when the server ends it for good, or after `timeout`
   * milliseconds; it is tried further then.
   */
  async open(token: string, timeout?: number): Promise<void> {
    this.#end = undefined
    // One that was refused isn't offered again.
    if (this.client.state === TransportState.Disconnected) this.client.setToken(token)
    this.client.connect()
    try {
      await this.client.ready(timeout)
    } catch {
      const text = `Not connected after ${timeout} ms; it is tried further`
      throw this.#end ?? new InstantError("connection", text)
    }
  }

  /**
   * Subscribes to a channel, once; from then on with who comes and goes, if `isWatched`. Resolves when
   * it is subscribed, or denied.
   */
  async subscribe(channel: Channel, isWatched = false): Promise<void> {
    const { name } = channel
    if (isWatched && !this.#watched.has(name)) {
      // What is subscribed already can't be watched; a new subscription goes on where it stands.
      this.#watched.add(name)
      this.#remove(name)
    }
    const subscription = this.client.getSubscription(name) ?? this.#newSubscription(channel)
    subscription.subscribe()
    // Either it was denied, which others are told, or replaced by one that is watched.
    const settled = subscription.ready().catch(() => this.client.getSubscription(name)?.ready())
    await settled.catch(() => {})
  }

  /** Ends a subscription. Does nothing when there is none. */
  unsubscribe(name: string): void {
    this.#remove(name)
    this.#watched.delete(name)
    this.#feeds.delete(name)
  }

  /** Ends it all. */
  close(): void {
    this.#closing.abort()
    this.client.disconnect()
    for (const name of this.#feeds.keys()) this.unsubscribe(name)
  }

  #listen(): void {
    const { client } = this
    const personal = new Feed(PERSONAL_CHANNEL, this.#events)
    client.on("connecting", ({ reason }) => this.#wait(reason))
    client.on("connected", () => {
      this.#waitingStatus = "reconnecting"
      this.#events.status("connected", "connected")
    })
    client.on("disconnected", ({ code, reason }) => {
      const why = `${reason} (${code})`
      this.#end = new InstantError("connection", `The connection ended: ${why}`, { code })
      if (this.#closing.signal.aborted) return
      this.#events.status(code === 0 ? "idle" : "failed", why)
    })
    client.on("error", (context) => this.#failed(context))
    // What the server has subscribed by itself is for this user alone.
    client.on("subscribed", (context) => {
      this.personalChannel = context.channel
      personal.subscribed(context)
    })
    client.on("publication", personal.published)
  }

  #newSubscription({ name: channel, token }: Channel): Subscription {
    const feed = this.#feeds.get(channel) ?? new Feed(channel, this.#events)
    this.#feeds.set(channel, feed)
    const subscription = this.client.newSubscription(channel, {
      ...this.#delays,
      token,
      getToken: () => this.#tokens.subscriptionToken(channel),
      joinLeave: this.#watched.has(channel),
      since: feed.position ?? null,
    })
    subscription.on("subscribed", (context) => {
      feed.subscribed(context)
      this.#events.subscribed(channel)
    })
    subscription.on("publication", feed.published)
    subscription.on("join", ({ info }) => this.#events.presence(channel, { joined: info }))
    subscription.on("leave", ({ info }) => this.#events.presence(channel, { left: info }))
    subscription.on("unsubscribed", ({ code, reason }) => {
      if (code === 0) return
      this.unsubscribe(channel)
      this.#events.denied({ channel, code, reason })
    })
    subscription.on("error", (context) => this.#failed(context, channel))
    return subscription
  }

  #remove(name: string): void {
    this.#feeds.get(name)?.pause()
    this.client.removeSubscription(this.client.getSubscription(name))
  }

  #wait(reason: string): void {
    this.#events.status(this.#isOffline ? "offline" : this.#waitingStatus, reason)
  }

  /** Listens to the browser, where there is one: Node has no such events. */
  #watchDevice(): void {
    const { signal } = this.#closing
    const on = (event: string, listener: () => void) =>
      globalThis.addEventListener?.(event, listener, { signal })
    on("offline", () => {
      this.#isOffline = true
      if (this.client.state === TransportState.Connecting) this.#wait("no network")
      this.#tell("offline")
    })
    on("online", () => this.#wake())
    on("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#wake()
    })
  }

  /** The network is back or another one, or the page is seen again: the connection may be dead. */
  #wake(): void {
    this.#isOffline = false
    if (this.client.state === TransportState.Connecting) this.#wait("woken up")
    if (this.client.state === TransportState.Connected) {
      // It gives its socket up, and opens another one. Any answer is a sign of life, a refusal too.
      const timer = setTimeout(() => this.#tell("offline", "online"), PROBE_TIMEOUT)
      const alive = () => clearTimeout(timer)
      this.client.presenceStats(this.personalChannel).then(alive, alive)
    }
    // It tries again without delay, if it is trying.
    this.#tell("online")
  }

  #tell(...events: readonly string[]): void {
    for (const event of events) this.#device.dispatchEvent(new Event(event))
  }

  #failed({ type, error }: ErrorContext | SubscriptionErrorContext, channel?: string): void {
    const { code, message } = error
    if (code === TOKEN_EXPIRED) return
    const text = `${channel ?? "The connection"} failed (${type}), and is tried again: ${message}`
    const kind = channel === undefined ? "connection" : "subscription"
    this.#events.error(new InstantError(kind, text, { code, channel }))
  }
}
