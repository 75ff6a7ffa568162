import type { Untyped } from "./rows.js"

/** Calls the handlers whose selectors an incoming message matches. */
export interface Dispatcher {
  /**
   * Calls `handler` for every message that holds what `selector` holds, at any depth.
   * @returns an id for {@link Dispatcher.cancel}
   */
  listen(selector: object, handler: (message: Untyped) => unknown): number
  /** The same for the first such message only. */
  once(selector: object, handler: (message: Untyped) => unknown): number
  /** @returns whether the handler was still there */
  cancel(id: number): boolean
  /** @returns how many handlers were called */
  dispatch(message: object): number
}

/** Holds messages back until they can be sent. */
export interface SendQueue {
  /** Is called once, before anything else. */
  initialize(sendNow: (text: string) => number | undefined, canSend: () => boolean): void
  /** Sends at once if that can be, else queues. @returns what was sent, in bytes if known, or -1 */
  send(text: string): number | undefined
  /** Sends without queueing. */
  sendNow(text: string): number | undefined
  /** @returns whether it was queued */
  queueMessage(text: string): boolean
  /** Sends all that is queued. @returns how many messages that were */
  processQueue(): number
  /**
   * Takes back what is still queued, for a request that was given up. Without it such a request is
   * sent all the same, and its answer ignored.
   */
  remove?(text: string): void
}

/** What a transport tells; `close` and `error` are optional. */
export type TransportEvent = "open" | "connect" | "reconnect" | "message" | "close" | "error"

/** Carries texts to the server and back. */
export interface Transport {
  /** @returns false when it was connected, or connecting, already */
  connect(): boolean
  /** @returns false when there was nothing to close */
  disconnect(): boolean
  /** Whether a text can be sent now. */
  isConnected(): boolean
  /**
   * Adds a listener: `connect` when connected for the first time, `reconnect` each later time,
   * `message` with an object whose `data` is the text. `close` tells that the connection is lost, with
   * an object that may have `code`, `reason`, and `final: true` when it will not be tried again;
   * `error` tells what went wrong. One that has no `close` should tell `reconnect` all the same.
   */
  on(event: TransportEvent, listener: (...args: Untyped[]) => void): unknown
  /** Sends a text; it is only called while connected, but by `sendNow`. */
  send(text: string): Untyped
  /** Drops the connection, if any, and connects at once. */
  reconnect?(): void
}

/** Turns messages into texts and back. */
export interface Serializer {
  /** The text that is sent. */
  serialize(message: object): string
  /** The message of a text that came. What it throws is told to `onError`. */
  deserialize(text: string): Untyped
}
