import type { Centrifuge } from "centrifuge"
import type { Channel } from "./backend-answer.js"
import type { Denied } from "./connection.js"
import type { Filter, MessageHandler } from "./handlers.js"
import type { InstantError } from "./instant-error.js"
import type { Off } from "./listeners.js"
import type { Recovered } from "./recoveries.js"
import type { State } from "./state.js"
import type { WebSocketClass } from "./web-socket.js"

/** How an {@link Instant} is made; all of it may be left out. */
export interface InstantOptions {
  /** The WebSocket class. @default the platform's, else that of the package `ws` */
  readonly websocket?: WebSocketClass
  /** What calls the backend. @default the platform's `fetch` */
  readonly fetch?: typeof fetch
  /** How long `connect()` waits, in milliseconds, before it rejects. @default without end */
  readonly connectTimeout?: number
  /**
   * Between two attempts to reconnect or to resubscribe, in milliseconds: growing at random from
   * `min` to `max`. @default 500 and 20,000
   */
  readonly reconnectDelay?: { readonly min?: number; readonly max?: number }
}

/**
 * Receives the events of a backend. Its members may be taken apart: none needs `this`. What fails
 * rejects with, or is told as, an {@link InstantError}.
 */
export interface Instant {
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
  /** Subscribes to all channels that aren't yet. Resolves when each is subscribed or denied. */
  subscribe(): Promise<void>
  /** Ends the subscription to a channel, until the next `subscribe()`. `x` also names `$x`. */
  unsubscribe(name: string): void
  /** Sets the one handler for every message, in place of the one before. */
  onMessage(handler: MessageHandler): void
  /**
   * Adds a handler. Handlers are called in the order in which they were added; one that throws is
   * told to `onError` and hinders no other.
   * @returns what takes it off again
   */
  on<Data = unknown, Msg = string>(filter: Filter, handler: MessageHandler<Data, Msg>): Off
  /** Tells what went wrong without anybody waiting for it: handlers that throw, unreadable publications, attempts that failed. */
  onError(listener: (error: InstantError) => unknown): Off
  /** Tells that the session at the backend is over, whoever ended it: time to ask for a login. */
  onLoggedOut(listener: (reason: string) => unknown): Off
  /** Tells each change of `state`, with the reason in words. */
  onState(listener: (state: State, reason: string) => unknown): Off
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
  readonly state: State
  /** The channels of the user. It is always the same set; its entries change. */
  readonly channels: ReadonlySet<Channel>
}
