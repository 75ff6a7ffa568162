import {
  Centrifuge,
  type ErrorContext,
  type JoinContext,
  type StreamPosition,
  type Subscription,
  type SubscriptionErrorContext,
  SubscriptionState,
  State as TransportState,
} from "centrifuge"
import type { WebSocketClass } from "#platform"
import type { Channel } from "./backend-answer.js"
import { type Deferred, defer } from "./deferred.js"
import { InstantError } from "./instant-error.js"
import type { Off } from "./listeners.js"
import type { PresenceChange } from "./live-presence.js"
import { type Recovered, Recoveries } from "./recoveries.js"
import type { Status } from "./status.js"
import { watchDevice } from "./wake.js"

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
  status(status: Status, reason: string): void
  publication(channel: string, data: unknown): void
  subscribed(channel: string): void
  presence(channel: string, change: PresenceChange): void
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

/** How a {@link Connection} is made. */
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

/** The client fetches a new token then: nothing that anybody need hear of. */
const TOKEN_EXPIRED = 109

/** How long a sign of life may take after the device woke up, in milliseconds. */
const PROBE_TIMEOUT = 1_000

/** The connection of one user: a Centrifuge client with its subscriptions. */
export class Connection {
  readonly client: Centrifuge
  readonly #tokens: TokenSource
  readonly #delay: ConnectionOptions["reconnectDelay"]
  readonly #recoveries = new Recoveries((recovered) => this.#events?.recovered(recovered))
  /** Channels whose first answer is still to come. */
  readonly #pending = new Map<string, Deferred<void>>()
  /** How far each channel has come. */
  readonly #positions = new Map<string, Partial<StreamPosition>>()
  /** Channels that tell who comes and goes. */
  readonly #watched = new Set<string>()
  /** Tells the client what the device does. */
  readonly #device = new EventTarget()
  readonly #offDevice: Off
  #events: ConnectionEvents | undefined
  #opening: Deferred<void> | undefined
  #personalChannel = PERSONAL_CHANNEL
  #isOffline = isDeviceOffline()
  #wasConnected = false

  constructor({ endpoint, websocket, token, tokens, events, reconnectDelay }: ConnectionOptions) {
    const { min, max } = reconnectDelay
    this.#tokens = tokens
    this.#events = events
    this.#delay = reconnectDelay
    this.client = new Centrifuge(endpoint, {
      websocket,
      networkEventTarget: this.#device,
      getToken: () => tokens.connectionToken(),
      ...(min !== undefined && { minReconnectDelay: min }),
      ...(max !== undefined && { maxReconnectDelay: max }),
    })
    // Not among the options: the client prints those when its debugging is on.
    this.client.setToken(token)
    this.#listen()
    this.#offDevice = watchDevice({ offline: () => this.#goOffline(), wake: () => this.#wake() })
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

  /**
   * Subscribes to a channel, once; from then on with who comes and goes, if `isWatched`. Resolves
   * when the server has answered, whatever it said.
   */
  subscribe(channel: Channel, isWatched: boolean): Promise<void> {
    const { name } = channel
    if (isWatched && !this.#watched.has(name)) {
      // What is subscribed already can't be watched; a new subscription goes on where it stands.
      this.#remove(name)
      this.#watched.add(name)
    }
    const subscription = this.client.getSubscription(name) ?? this.#newSubscription(channel)
    subscription.subscribe()
    if (subscription.state === SubscriptionState.Subscribed) return Promise.resolve()
    const answer = this.#pending.get(name) ?? defer<void>()
    this.#pending.set(name, answer)
    return answer.promise
  }

  /** Ends a subscription. Does nothing when there is none. */
  unsubscribe(name: string): void {
    this.#remove(name)
    this.#positions.delete(name)
    this.#watched.delete(name)
  }

  /** The channel's own name: another one than the handlers see for what is for this user alone. */
  channelOf(name: string): string {
    return name === PERSONAL_CHANNEL ? this.#personalChannel : name
  }

  /** Ends it all, and tells nothing any more. */
  close(): void {
    this.#events = undefined
    this.#offDevice()
    this.client.disconnect()
    for (const name of Object.keys(this.client.subscriptions())) this.unsubscribe(name)
  }

  #listen(): void {
    const { client } = this
    client.on("connecting", ({ reason }) => this.#waiting(reason))
    client.on("connected", () => {
      this.#wasConnected = true
      this.#events?.status("connected", "connected")
      this.#opening?.resolve()
      this.#opening = undefined
    })
    client.on("disconnected", ({ code, reason }) => this.#ended(code, reason))
    client.on("error", (context) => this.#failed(context))
    // What the server has subscribed by itself is for this user alone.
    client.on("subscribed", ({ channel, recovered }) => {
      this.#personalChannel = channel
      this.#recoveries.subscribed(PERSONAL_CHANNEL, recovered)
    })
    client.on("publication", ({ data }) => this.#published(PERSONAL_CHANNEL, data))
  }

  #newSubscription({ name: channel, token }: Channel): Subscription {
    const { min, max } = this.#delay
    const subscription = this.client.newSubscription(channel, {
      token,
      getToken: () => this.#tokens.subscriptionToken(channel),
      joinLeave: this.#watched.has(channel),
      since: this.#positions.get(channel) ?? null,
      ...(min !== undefined && { minResubscribeDelay: min }),
      ...(max !== undefined && { maxResubscribeDelay: max }),
    })
    const presence = (change: (info: JoinContext["info"]) => PresenceChange) => (of: JoinContext) =>
      this.#events?.presence(channel, change(of.info))
    subscription.on("subscribed", ({ recovered, streamPosition }) => {
      if (streamPosition) this.#positions.set(channel, streamPosition)
      this.#recoveries.subscribed(channel, recovered)
      this.#answered(channel)
      this.#events?.subscribed(channel)
    })
    subscription.on("publication", ({ data, offset }) => {
      const position = this.#positions.get(channel)
      if (position && offset !== undefined) position.offset = offset
      this.#published(channel, data)
    })
    subscription.on(
      "join",
      presence((joined) => ({ joined })),
    )
    subscription.on(
      "leave",
      presence((left) => ({ left })),
    )
    subscription.on("unsubscribed", ({ code, reason }) => {
      this.#answered(channel)
      if (code === 0) return
      this.unsubscribe(channel)
      this.#events?.denied({ channel, code, reason })
    })
    subscription.on("error", (context) => {
      this.#failed(context, channel)
      if (context.error.code !== TOKEN_EXPIRED) this.#answered(channel)
    })
    return subscription
  }

  #remove(name: string): void {
    this.#recoveries.forget(name)
    this.client.removeSubscription(this.client.getSubscription(name))
  }

  #published(channel: string, data: unknown): void {
    this.#recoveries.published(channel)
    this.#events?.publication(channel, data)
  }

  #answered(channel: string): void {
    this.#pending.get(channel)?.resolve()
    this.#pending.delete(channel)
  }

  #waiting(reason: string): void {
    const status = this.#wasConnected ? "reconnecting" : "connecting"
    this.#events?.status(this.#isOffline ? "offline" : status, reason)
  }

  #goOffline(): void {
    this.#isOffline = true
    if (this.client.state === TransportState.Connecting) this.#waiting("no network")
    this.#device.dispatchEvent(new Event("offline"))
  }

  #wake(): void {
    this.#isOffline = isDeviceOffline()
    if (this.client.state === TransportState.Connecting) {
      this.#waiting("woken up")
      this.#tryNow()
    } else if (this.client.state === TransportState.Connected) {
      // Any answer is a sign of life, a refusal too.
      const timer = setTimeout(() => this.#tryNow(), PROBE_TIMEOUT)
      const alive = () => clearTimeout(timer)
      this.client.presenceStats(this.#personalChannel).then(alive, alive)
    }
  }

  /** Lets the client give up its socket, if it has one, and open another one without delay. */
  #tryNow(): void {
    this.#device.dispatchEvent(new Event("offline"))
    this.#device.dispatchEvent(new Event("online"))
  }

  #ended(code: number, reason: string): void {
    for (const channel of this.#pending.keys()) this.#answered(channel)
    const why = `${reason} (${code})`
    this.#events?.status(code === 0 ? "idle" : "failed", why)
    this.#opening?.reject(new InstantError("connection", `The connection ended: ${why}`, { code }))
    this.#opening = undefined
  }

  #failed({ type, error }: ErrorContext | SubscriptionErrorContext, channel?: string): void {
    const { code, message } = error
    if (code === TOKEN_EXPIRED) return
    const text = `Failed (${type}), and tried again: ${message}`
    this.#events?.error(
      channel === undefined
        ? new InstantError("connection", text, { code })
        : new InstantError("subscription", `${channel}: ${text}`, { code, channel }),
    )
  }
}

function isDeviceOffline(): boolean {
  return globalThis.navigator?.onLine === false
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
