import {
  Centrifuge,
  type ErrorContext,
  type Subscription,
  type SubscriptionErrorContext,
} from "centrifuge"
import type { WebSocketClass } from "#platform"
import type { Channel } from "./backend-answer.js"
import { createFeed, type Feed, type FeedHost } from "./feed.js"
import { InstantError } from "./instant-error.js"
import type { Session } from "./session.js"
import type { Status } from "./status.js"
import type { Member } from "./told.js"

/** The name under which handlers see what the server sends to this user alone. */
export const PERSONAL_CHANNEL = "@me"

/** How long to wait between two attempts, in milliseconds: growing at random from `min` to `max`. */
export interface ReconnectDelay {
  /** @default 500 */
  readonly min?: number
  /** @default 20,000 */
  readonly max?: number
}

/** How a {@link Connection} is made, and to whom it belongs. */
export interface ConnectionOptions extends FeedHost {
  readonly endpoint: string
  readonly websocket: WebSocketClass
  readonly reconnectDelay?: ReconnectDelay
  readonly session: Session
  /** Is called when it changes how the connection is. */
  become(status: Status, reason: string): void
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
  readonly #options: ConnectionOptions
  /** As client and subscriptions call them. */
  readonly #delays
  readonly #feeds = new Map<string, Feed>()
  /** Tells the client what the device does. */
  readonly #device = new EventTarget()
  readonly #closing = new AbortController()
  #waitingStatus: Status = "connecting"
  #end: InstantError | undefined

  constructor(options: ConnectionOptions) {
    const { endpoint, websocket, reconnectDelay: { min = 500, max = 20_000 } = {} } = options
    const { session, become } = options
    this.#options = options
    this.#delays = {
      minReconnectDelay: min,
      maxReconnectDelay: max,
      minResubscribeDelay: min,
      maxResubscribeDelay: max,
    }
    const client = new Centrifuge(endpoint, {
      ...this.#delays,
      websocket,
      networkEventTarget: this.#device,
      getToken: () => session.connectionToken(),
    })
    this.client = client
    const personal = createFeed(PERSONAL_CHANNEL, options)
    client.on("connecting", ({ reason }) => this.#wait(reason))
    client.on("connected", () => {
      this.#waitingStatus = "reconnecting"
      become("connected", "connected")
    })
    client.on("disconnected", ({ code, reason }) => {
      const why = `${reason} (${code})`
      this.#end = new InstantError("connection", `The connection ended: ${why}`, { code })
      if (this.#closing.signal.aborted) return
      become(code === 0 ? "idle" : "failed", why)
      // The server may have ended it because the user has logged out elsewhere.
      if (code !== 0) session.connectionToken().catch(() => {})
    })
    client.on("error", (context) => this.#failed(context))
    // What the server has subscribed by itself is for this user alone.
    client.on("subscribed", (context) => {
      this.personalChannel = context.channel
      personal.subscribed(context)
    })
    client.on("publication", personal.published)
    this.#watchDevice()
  }

  /**
   * Connects, and tries again until it is there.
   * @throws InstantError of kind `connection` when the server ends it for good, or after `timeout`
   * milliseconds; it is tried again then.
   */
  async open(timeout?: number): Promise<void> {
    const { client } = this
    this.#end = undefined
    // One that was refused isn't offered again.
    if (client.state === "disconnected") {
      client.setToken(this.#options.session.tokens?.ws_token ?? "")
    }
    client.connect()
    try {
      await client.ready(timeout)
    } catch {
      const text = `Not connected after ${timeout} ms, and is tried again`
      throw this.#end ?? new InstantError("connection", text)
    }
  }

  /**
   * Subscribes to a channel, once; from then on with who comes and goes, if `isWatched`. Resolves when
   * it is subscribed, or denied.
   */
  async subscribe(channel: Channel, isWatched: boolean): Promise<void> {
    const { name } = channel
    // What is subscribed already can't be watched; a new subscription goes on where it stands.
    if (isWatched && !this.#feeds.get(name)?.isWatched) this.#remove(name)
    const subscription =
      this.client.getSubscription(name) ?? this.#newSubscription(channel, isWatched)
    subscription.subscribe()
    // Either it was denied, which others are told, or replaced by one that is watched.
    const settled = subscription.ready().catch(() => this.client.getSubscription(name)?.ready())
    await settled.catch(() => {})
  }

  /** Ends a subscription. Does nothing when there is none. */
  unsubscribe(name: string): void {
    this.#remove(name)
    this.#feeds.delete(name)
  }

  /** Who is in a channel, if it is watched; undefined when that isn't known yet. */
  members(name: string): readonly Member[] | undefined {
    return this.#feeds.get(name)?.members()
  }

  /** Ends it all. */
  close(): void {
    this.#closing.abort()
    this.client.disconnect()
    for (const name of this.#feeds.keys()) this.unsubscribe(name)
  }

  #newSubscription({ name: channel, token }: Channel, isWatched: boolean): Subscription {
    const { session, emit } = this.#options
    const feed = createFeed(channel, this.#options, isWatched)
    const subscription = this.client.newSubscription(channel, {
      ...this.#delays,
      token,
      getToken: () => session.subscriptionToken(channel),
      joinLeave: isWatched,
      since: this.#feeds.get(channel)?.position() ?? null,
    })
    this.#feeds.set(channel, feed)
    subscription.on("subscribed", feed.subscribed)
    subscription.on("publication", feed.published)
    subscription.on("join", ({ info }) => feed.changed({ joined: info }))
    subscription.on("leave", ({ info }) => feed.changed({ left: info }))
    subscription.on("unsubscribed", ({ code, reason }) => {
      if (code === 0) return
      this.unsubscribe(channel)
      emit("denied", [{ channel, code, reason }])
    })
    subscription.on("error", (context) => this.#failed(context, channel))
    return subscription
  }

  #remove(name: string): void {
    this.client.removeSubscription(this.client.getSubscription(name))
  }

  #wait(reason: string): void {
    if (this.client.state !== "connecting") return
    const isOffline = globalThis.navigator?.onLine === false
    this.#options.become(isOffline ? "offline" : this.#waitingStatus, reason)
  }

  /** Listens to the browser, where there is one: Node has no such events. */
  #watchDevice(): void {
    const { signal } = this.#closing
    const on = (event: string, listener: () => void) =>
      globalThis.addEventListener?.(event, listener, { signal })
    on("offline", () => {
      this.#wait("no network")
      this.#tell("offline")
    })
    on("online", () => this.#wake())
    on("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#wake()
    })
  }

  /** The network is back or another one, or the page is seen again: the connection may be dead. */
  #wake(): void {
    this.#wait("woken up")
    if (this.client.state === "connected") {
      // It gives its socket up, and opens another one. Any answer is a sign of life, a refusal too.
      const timer = setTimeout(() => {
        this.#tell("offline")
        this.#tell("online")
      }, PROBE_TIMEOUT)
      const alive = () => clearTimeout(timer)
      this.client.presenceStats(this.personalChannel).then(alive, alive)
    }
    // It tries again without delay, if it is trying.
    this.#tell("online")
  }

  #tell(event: string): void {
    this.#device.dispatchEvent(new Event(event))
  }

  #failed({ type, error }: ErrorContext | SubscriptionErrorContext, channel?: string): void {
    const { code, message } = error
    if (code === TOKEN_EXPIRED) return
    const text = `${channel ?? "The connection"} failed (${type}), and is tried again: ${message}`
    const kind = channel ? "subscription" : "connection"
    this.#options.emit("error", [new InstantError(kind, text, { code, channel })])
  }
}
