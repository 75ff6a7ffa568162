import type { StreamingRequestPromise } from "./cancelable-promise.js"
import type { ClientOptions, MessageBuilders } from "./client-options.js"
import type { DcrfError, ServerPayload } from "./dcrf-error.js"
import type { Off } from "./listeners.js"
import type { Dispatcher, SendQueue, Serializer, Transport } from "./replaceable-parts.js"
import type { RequestOptions, StreamingOptions } from "./request-options.js"
import type { ListAnswer, Pk, StreamName, Untyped, UntypedStreams } from "./rows.js"
import type { Status } from "./status.js"
import type { SubscribeOptions, Subscription, SubscriptionHandler } from "./subscription.js"

/** An event for which nobody asked: its request id is null. */
export interface StreamEvent {
  /** `""` where the consumer has no multiplexer. */
  readonly stream: string
  readonly action: string | null | undefined
  readonly data: unknown
  /** The whole frame. */
  readonly payload: ServerPayload
}

/** Is called with each answer, or with the error that ends the request. */
export type StreamingHandler<Data> = (error: DcrfError | null, data: Data | null) => unknown

/** A list that was asked for: its first answer, and iterated, the pages from that one on. */
export type ListPromise<Answer> = Promise<Answer> & AsyncIterable<Answer>

/**
 * A client of one socket. Requests resolve with the data of the answer, and reject with a
 * {@link DcrfError}, or with the reason of their signal. A last argument that is a text is a request id.
 */
export interface Client<Streams extends object = UntypedStreams> extends MessageBuilders {
  readonly dispatcher: Dispatcher
  readonly transport: Transport
  readonly queue: SendQueue
  readonly serializer: Serializer
  /** What the client was made with. */
  readonly options: ClientOptions
  /** The name of the primary key in rows. */
  readonly pkField: string
  /** Whether the data of delete events has {@link Client.pkField}. */
  readonly ensurePkFieldInDeleteEvents: boolean
  readonly status: Status

  /** All rows, or a page: `limit` and `offset` go where the server reads them. */
  list<Name extends StreamName<Streams>, const Data extends object = object>(
    stream: Name,
    data?: Data,
    options?: RequestOptions | string,
  ): ListPromise<ListAnswer<Streams[Name], Data>>
  /** Makes a row. */
  create<Name extends StreamName<Streams>>(
    stream: Name,
    props: object,
    options?: RequestOptions | string,
  ): Promise<Streams[Name]>
  /** Fetches a row. */
  retrieve<Name extends StreamName<Streams>>(
    stream: Name,
    pk: Pk,
    data?: object,
    options?: RequestOptions | string,
  ): Promise<Streams[Name]>
  /** Writes a whole row. */
  update<Name extends StreamName<Streams>>(
    stream: Name,
    pk: Pk,
    props: object,
    options?: RequestOptions | string,
  ): Promise<Streams[Name]>
  /** Writes some fields of a row. */
  patch<Name extends StreamName<Streams>>(
    stream: Name,
    pk: Pk,
    props: object,
    options?: RequestOptions | string,
  ): Promise<Streams[Name]>
  /** Deletes a row. */
  delete(
    stream: StreamName<Streams>,
    pk: Pk,
    data?: object,
    options?: RequestOptions | string,
  ): Promise<null>
  /** Calls any action: `payload` names it, beside its arguments. */
  request<Data = Untyped>(
    stream: StreamName<Streams>,
    payload: object,
    options?: RequestOptions | string,
  ): Promise<Data>
  /** Calls an action that answers several times. */
  streamingRequest<Data = Untyped>(
    stream: StreamName<Streams>,
    payload: object,
    callback?: StreamingHandler<Data>,
    options?: StreamingOptions<Data> | string,
  ): StreamingRequestPromise<Data>
  /** The same, to be iterated. */
  streamingRequest<Data = Untyped>(
    stream: StreamName<Streams>,
    payload: object,
    options: StreamingOptions<Data>,
  ): StreamingRequestPromise<Data>
  /**
   * Tells what happens to a row, to several rows, or to what the arguments of a custom action name.
   * All who subscribe to the same share one subscription on the wire. It outlives reconnects.
   */
  subscribe<Name extends StreamName<Streams>, Row = Streams[Name]>(
    stream: Name,
    what: Pk | readonly Pk[] | object,
    callback?: SubscriptionHandler<Row>,
    options?: SubscribeOptions | string,
  ): Subscription<Row>
  /** Ends all subscriptions. @returns how many there were */
  unsubscribeAll(): Promise<number>
  /** Subscribes anew to all that is subscribed, as after a reconnect. */
  resubscribe(): void

  /** Connects; also after {@link Client.close}, or while it closes. Does nothing when that was done. */
  initialize(): void
  /** Drops the connection, if any, and connects at once. */
  reconnect(): void
  /**
   * Closes the connection, and rejects what waits. Resolves also while offline.
   * @param unsubscribe false to keep the subscriptions for the next {@link Client.initialize}
   */
  close(unsubscribe?: boolean): Promise<void>
  /** Sends a message as it is, or queues it. */
  send(message: object): number | undefined
  /** Sends a message as it is; it is lost when there is no connection. */
  sendNow(message: object): number | undefined

  /** Tells each change of {@link Client.status}. This and the next two need no `this`. */
  onStatus(listener: (status: Status) => unknown): Off
  /** Tells what went wrong without anybody waiting for it. */
  onError(listener: (error: DcrfError) => unknown): Off
  /** Tells events for which nobody asked: those without a request id. */
  onEvent(listener: (event: StreamEvent) => unknown): Off
}
