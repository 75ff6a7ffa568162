import type { DcrfError } from "./dcrf-error.js"
import type { Dispatcher, SendQueue, Serializer, Transport } from "./replaceable-parts.js"
import type { Untyped } from "./rows.js"

/** A class with the interface of the browsers' `WebSocket`, such as that of the package `ws`. */
export type WebSocketClass = new (url: string, protocols?: string | string[]) => object

/** A value, or what gives one, also later: it is asked before each attempt to connect. */
export type Provider<T> = T | (() => T) | (() => Promise<T>)

/** How the socket is opened, and opened again. Times are in milliseconds. */
export interface WebsocketOptions {
  /** The WebSocket class. @default the platform's, else that of the package `ws` */
  readonly WebSocket?: WebSocketClass
  /** The longest wait before another attempt. @default 10,000 */
  readonly maxReconnectionDelay?: number
  /** The shortest. @default at random between 1,000 and 5,000 */
  readonly minReconnectionDelay?: number
  /** What the wait grows by each time. @default 1.3 */
  readonly reconnectionDelayGrowFactor?: number
  /** How long a socket must live until the waits start anew. @default 5,000 */
  readonly minUptime?: number
  /** How long opening may take. @default 4,000 */
  readonly connectionTimeout?: number
  /** After so many attempts it is given up: the client is `closed`. @default Infinity */
  readonly maxRetries?: number
  /** Has no effect: nothing is queued inside the socket. */
  readonly maxEnqueuedMessages?: number
  /** Stays closed until `client.reconnect()`. @default false */
  readonly startClosed?: boolean
  /** Whether to connect again after this close event. @default always */
  readonly shouldReconnectOnClose?: (event: Untyped) => boolean
  /** Tells what the socket does, without addresses and data, to `debugLogger`. @default false */
  readonly debug?: boolean
  /** @default console.log */
  readonly debugLogger?: (...args: Untyped[]) => void
}

/**
 * Functions that build what is sent and what is listened for. `this` is the client, which has `pkField`
 * and the defaults of them all.
 */
export interface MessageBuilders {
  /** The message to send. @default `{ stream, payload }` */
  buildMultiplexedMessage(stream: string, payload: Untyped): object
  /** What an answer holds. @default `{ stream, payload: { request_id } }` */
  buildRequestResponseSelector(stream: string, requestId: string): object
  /** What a create event holds. @default the same and `action: "create"` */
  buildSubscribeCreateSelector(stream: string, requestId: string): object
  /** What an update event holds. @default the same and `action: "update"` */
  buildSubscribeUpdateSelector(stream: string, requestId: string): object
  /** What a delete event holds. @default the same and `action: "delete"` */
  buildSubscribeDeleteSelector(stream: string, requestId: string): object
  /** The payload that subscribes. @default `{ action, request_id, ...args }` */
  buildSubscribePayload(action: string, args: object, requestId: string): object
  /** The payload that unsubscribes. @default `{ action, request_id, ...args }` */
  buildUnsubscribePayload(action: string, args: object, requestId: string): object
}

/** How a client is made; all of it may be left out. */
export interface ClientOptions {
  /** Finds who waits for a message. @default one that looks request ids up, and scans other selectors */
  readonly dispatcher?: Dispatcher
  /** What carries the texts. @default a WebSocket that reconnects */
  readonly transport?: Transport
  /** Where requests wait while there is no connection. @default first in, first out, without bounds */
  readonly queue?: SendQueue
  /** @default JSON */
  readonly serializer?: Serializer
  /**
   * Changes a payload before it is sent, or returns another one: the place for a token. It is called
   * for every request, subscription and repetition. `this` is these options. What it throws rejects
   * the request.
   */
  preprocessPayload?(stream: string, payload: Untyped, requestId: string): Untyped
  /** The same for the whole message. */
  preprocessMessage?(message: Untyped): Untyped
  /** See {@link MessageBuilders.buildMultiplexedMessage}. */
  readonly buildMultiplexedMessage?: MessageBuilders["buildMultiplexedMessage"]
  /** See {@link MessageBuilders.buildRequestResponseSelector}. */
  readonly buildRequestResponseSelector?: MessageBuilders["buildRequestResponseSelector"]
  /** See {@link MessageBuilders.buildSubscribeCreateSelector}. */
  readonly buildSubscribeCreateSelector?: MessageBuilders["buildSubscribeCreateSelector"]
  /** See {@link MessageBuilders.buildSubscribeUpdateSelector}. */
  readonly buildSubscribeUpdateSelector?: MessageBuilders["buildSubscribeUpdateSelector"]
  /** See {@link MessageBuilders.buildSubscribeDeleteSelector}. */
  readonly buildSubscribeDeleteSelector?: MessageBuilders["buildSubscribeDeleteSelector"]
  /** See {@link MessageBuilders.buildSubscribePayload}. */
  readonly buildSubscribePayload?: MessageBuilders["buildSubscribePayload"]
  /** See {@link MessageBuilders.buildUnsubscribePayload}. */
  readonly buildUnsubscribePayload?: MessageBuilders["buildUnsubscribePayload"]
  /** The name of the primary key in rows. @default "pk" */
  readonly pkField?: string
  /** Whether the data of a delete event has {@link ClientOptions.pkField}, where the server says `pk`. @default true */
  readonly ensurePkFieldInDeleteEvents?: boolean
  /** False for a consumer without a multiplexer: payloads travel bare, stream names stay here. @default true */
  readonly multiplexed?: boolean
  readonly websocket?: WebsocketOptions
  /** Sub-protocols, such as those that carry a token. @default none */
  readonly protocols?: Provider<string | string[] | null>
  /**
   * How long requests may take, in milliseconds from the call on; Infinity for ever. @default 60,000
   * from when it was sent: one made while offline waits
   */
  readonly timeout?: number
  /**
   * Whether requests are sent again when the socket drops before the answer; not a third time to a server
   * that closes it with 1011, for an exception in its code. @default false
   */
  readonly retry?: boolean
  /** Whether subscribed rows are fetched after a reconnect. @default true */
  readonly refetch?: boolean
  /** Tells what the socket does, without addresses and data, to the console. @default false */
  readonly debug?: boolean
  /** The same as `debug`. @default false */
  readonly verbose?: boolean
  /** The first listener of `client.onError`. */
  readonly onError?: (error: DcrfError) => unknown
}
