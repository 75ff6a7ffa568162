import type { Centrifuge } from "centrifuge"
import type { WebSocketClass } from "#platform"
import type { Channel } from "./backend-answer.js"
import type { ReconnectDelay } from "./connection.js"
import type { Off } from "./emitter.js"
import type { ChannelName, DataOf, EventClassOf, MessageOf, On } from "./events.js"
import type { MessageHandler } from "./handlers.js"
import type { InstantError } from "./instant-error.js"
import type { Status } from "./status.js"
import type { Denied, Member, PresenceListener, Recovered } from "./told.js"

/** How an {@link Instant} is made; all of it may be left out. */
export interface InstantOptions {
  /** The WebSocket class. @default the platform's, else that of the package `ws` */
  readonly websocket?: WebSocketClass
  /** What calls the backend. @default the platform's `fetch` */
  readonly fetch?: typeof fetch
  /** How long `connect()` waits, in milliseconds, before it rejects. @default without end */
  readonly connectTimeout?: number
  /** Between two attempts to reconnect, or to subscribe again. */
  readonly reconnectDelay?: ReconnectDelay
}

/** A place in a channel's history: what comes after it is newer. */
export interface Position {
  readonly offset: number
  /** Changes when the history begins anew: an offset means something within one epoch only. */
  readonly epoch: string
}

/** What of a channel's history is asked for. */
export interface HistoryOptions {
  /** How many messages at most. @default 100 */
  readonly limit?: number
  /** The oldest after this place. @default the newest of all */
  readonly since?: Position
}

/** A part of a channel's history. */
export interface History<M> {
  /** The oldest first. What is no event, or not as declared, is left out and told to `onError`. */
  readonly messages: readonly M[]
  /** The place of the last one: `since` of the next call. */
  readonly position: Position
}

/** What a message carries besides its text. */
export interface PublishOptions<EventClass = string, Data = unknown> {
  /** What sort of event it is. */
  readonly eventClass?: EventClass
  /** Any JSON. */
  readonly data?: Data
  /** A label of the publisher's choice. */
  readonly bucket?: string
}

/**
 * Receives the events of a backend. Its members may be taken apart: none needs `this`. What fails
 * rejects with, or is told as, an {@link InstantError}. `Channels` says what the events of each channel
 * carry; unless it is said, data is `unknown`.
 */
export interface Instant<Channels = unknown> {
  /**
   * Says where the backend and the websockets are, and fetches tokens if somebody is logged in
   * already; if nobody is, that is no error, and `ready` stays false. A second call starts anew.
   * @param backendUrl where `/instant/` is mounted, such as `https://example.com`; `""` for the page's own origin
   * @param websocketsUrl such as `wss://example.com`; when left out or `""`, what the backend says, else the backend's address
   * @param verbose whether to write what happens to the console. Tokens are never written.
   * @throws InstantError of kind `backend` when it can't be reached or gives no proper answer.
   */
  init(backendUrl: string, websocketsUrl?: string, verbose?: boolean): Promise<void>
  /**
   * Logs in, and takes the tokens of the user. A connection of before is closed, also when it was of
   * the same user: call `connect()` then.
   * @throws InstantError of kind `backend`, with code 403 when name or password are wrong: who was
   * logged in before then still is.
   */
  login(username: string, password: string): Promise<void>
  /**
   * Logs out and closes the connection. `onLoggedOut` is told.
   * @throws InstantError of kind `backend` when the backend didn't do it; the connection is closed all the same.
   */
  logout(): Promise<void>
  /**
   * Fetches fresh tokens and channels for whoever is logged in at the backend.
   * @throws InstantError of kind `backend`, with code 403 when nobody is.
   */
  get_token(): Promise<void>
  /** The same as `get_token`. */
  getToken(): Promise<void>
  /**
   * Connects, and subscribes to all channels unless `autosub` is false. Resolves when the connection
   * is there and each channel is subscribed or denied. Lost connections are taken up again. Calling
   * it again does no harm.
   * @throws InstantError of kind `connection` when the server refuses for good (it isn't tried further),
   * or after `connectTimeout` (it is); of kind `backend` when nobody is logged in (code 403).
   */
  connect(autosub?: boolean): Promise<void>
  /**
   * Subscribes to a channel, for as long as its `unsubscribe` isn't called: parts of a page that ask
   * for the same one are counted, and share one subscription. Before `connect()` it is taken down, and
   * done with it. Without a name: to all the user's channels that aren't yet. Resolves when each is
   * subscribed, or denied, which `onDenied` is told.
   */
  subscribe(channel?: ChannelName<Channels>): Promise<void>
  /**
   * Takes one `subscribe` of a channel back; the last one ends the subscription, as does one more
   * for a channel that `connect()` has subscribed. `x` also names `$x`.
   */
  unsubscribe(channel: ChannelName<Channels>): void
  /** Sets the one handler for every message, in place of the one before. */
  onMessage(handler: MessageHandler): void
  /**
   * Adds a handler for the messages of a channel, of `{ eventClass }`, or of both. Handlers are called
   * in the order in which they were added; one that throws is told to `onError` and hinders no other.
   * It listens only: `connect()` or `subscribe()` subscribes.
   * @returns what takes it off again
   */
  readonly on: On<Channels>
  /**
   * What a channel's history holds; the channel must be subscribed.
   * @throws InstantError of kind `request` when the server refuses, or doesn't answer in 5 seconds; of
   * kind `usage` before `connect()`.
   */
  history<Name extends ChannelName<Channels>>(
    channel: Name,
    options?: HistoryOptions,
  ): Promise<History<MessageOf<Channels, Name>>>
  /** Who is in a channel now; it must be subscribed. @throws as `history`. */
  presence(channel: ChannelName<Channels>): Promise<readonly Member[]>
  /**
   * Tells who is in a channel, and again whenever somebody comes or goes. It subscribes to the channel,
   * as `subscribe` does, until it is taken off.
   */
  onPresence(channel: ChannelName<Channels>, listener: PresenceListener): Off
  /**
   * Publishes to a channel, where the server allows it to its subscribers. The message has an `id` if
   * the page came over TLS or from this machine; its date is that of receipt.
   * @throws InstantError of kind `request` when it doesn't (code 103), or as `history`.
   */
  publish<Name extends ChannelName<Channels>, EventClass extends EventClassOf<Channels, Name>>(
    channel: Name,
    message?: unknown,
    options?: PublishOptions<EventClass, DataOf<Channels, Name, EventClass>>,
  ): Promise<void>
  /** Closes the connection, takes every handler and listener off, and forgets tokens and user. */
  destroy(): void
  /** Tells `onError` of what failed in the application, where nobody waits for it. */
  report(cause: unknown): void
  /** Tells what went wrong without anybody waiting for it: handlers that throw, unreadable publications, attempts that failed. */
  onError(listener: (error: InstantError) => unknown): Off
  /** Tells that the session at the backend is over, whoever ended it: time to ask for a login. */
  onLoggedOut(listener: (reason: string) => unknown): Off
  /** Tells each change of `status`, with the reason in words. */
  onStatus(listener: (status: Status, reason: string) => unknown): Off
  /** Tells, for each channel after an interruption, what had been missed; after it was delivered. */
  onRecovered(listener: (recovered: Recovered) => unknown): Off
  /** Tells of a channel that was refused, or taken away. The others go on. */
  onDenied(listener: (denied: Denied) => unknown): Off
  /** The Centrifuge client; undefined until there are tokens. It is another one after each login. */
  getClient(): Centrifuge | undefined
  /** Resolves when tokens are there for the first time; never rejects. */
  readonly onReady: Promise<true>
  /** Whether somebody is logged in, so far as is known here. */
  readonly ready: boolean
  /** How the connection is. */
  readonly status: Status
  /** Why `status` is what it is, in words. */
  readonly statusReason: string
  /** The channels of the user. It is always the same set; its entries change. */
  readonly channels: ReadonlySet<Channel>
  /** What the backend wants to see in `X-CSRFToken`; `""` until there are tokens. */
  readonly csrfToken: string
}
