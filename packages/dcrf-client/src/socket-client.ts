import { dataOf, errorOf } from "./answer.js"
import type { StreamingRequestPromise } from "./cancelable-promise.js"
import type { Client, ListPromise, StreamEvent, StreamingHandler } from "./client.js"
import type { ClientOptions, MessageBuilders } from "./client-options.js"
import { DcrfError, toDcrfError } from "./dcrf-error.js"
import { payloadOf } from "./line.js"
import { Listeners } from "./listeners.js"
import { messageBuilders } from "./message-builders.js"
import { pages } from "./pages.js"
import type { Dispatcher, SendQueue, Serializer, Transport } from "./replaceable-parts.js"
import { newRequestId } from "./request-id.js"
import type { RequestOptions, StreamingOptions } from "./request-options.js"
import { RequestTable } from "./request-table.js"
import type { Pk, Untyped } from "./rows.js"
import type { Status } from "./status.js"
import { openStream } from "./stream.js"
import type { SubscribeOptions, Subscription, SubscriptionHandler } from "./subscription.js"
import { SubscriptionTable } from "./subscription-table.js"

/** The client itself: it brings together what was asked, what is subscribed, and the connection. */
export class SocketClient implements Client {
  declare readonly dispatcher: Dispatcher
  declare readonly transport: Transport
  declare readonly queue: SendQueue
  declare readonly serializer: Serializer
  declare readonly options: ClientOptions
  declare readonly pkField: string
  declare readonly ensurePkFieldInDeleteEvents: boolean
  declare readonly buildMultiplexedMessage: MessageBuilders["buildMultiplexedMessage"]
  declare readonly buildRequestResponseSelector: MessageBuilders["buildRequestResponseSelector"]
  declare readonly buildSubscribeCreateSelector: MessageBuilders["buildSubscribeCreateSelector"]
  declare readonly buildSubscribeUpdateSelector: MessageBuilders["buildSubscribeUpdateSelector"]
  declare readonly buildSubscribeDeleteSelector: MessageBuilders["buildSubscribeDeleteSelector"]
  declare readonly buildSubscribePayload: MessageBuilders["buildSubscribePayload"]
  declare readonly buildUnsubscribePayload: MessageBuilders["buildUnsubscribePayload"]
  readonly #requests = new RequestTable(this)
  readonly #subscriptions: SubscriptionTable
  readonly #statuses = new Listeners<Status>()
  readonly #errors = new Listeners<DcrfError>()
  readonly #events = new Listeners<StreamEvent>()
  readonly onStatus = this.#statuses.add
  readonly onError = this.#errors.add
  readonly onEvent = this.#events.add
  #status: Status = "idle"
  /** Counts openings and closings, for a later one overrules a closing that is under way. */
  #turn = 0

  constructor(
    ...[dispatcher, transport, queue, serializer, options = {}]: [
      dispatcher: Dispatcher,
      transport: Transport,
      queue: SendQueue,
      serializer: Serializer,
      options?: ClientOptions,
    ]
  ) {
    const { pkField = "pk", ensurePkFieldInDeleteEvents = true, onError } = options
    const own = { pkField, ensurePkFieldInDeleteEvents, ...messageBuilders(this, options) }
    Object.assign(this, { dispatcher, transport, queue, serializer, options }, own)
    if (onError) this.onError(onError)
    this.#subscriptions = new SubscriptionTable({
      client: this,
      requests: this.#requests,
      report: this.#report,
    })
    queue.initialize(
      (text) => transport.send(text),
      () => transport.isConnected(),
    )
    transport.on("connect", this.#opened)
    transport.on("reconnect", this.#opened)
    transport.on("message", ({ data }) => this.#receive(data))
    transport.on("close", ({ code, reason, final }: Untyped = {}) => {
      const text = `the connection was lost: ${code ?? ""} ${reason ?? ""}`.trim()
      this.#requests.cut(text, code)
      if (final) this.#end(text)
      else if (this.#status === "connected") this.#set("reconnecting")
    })
    transport.on("error", ({ message, error: cause }: Untyped = {}) =>
      this.#report(new DcrfError("connection", `The connection failed: ${message}`, { cause })),
    )
  }

  get status(): Status {
    return this.#status
  }

  list(
    stream: string,
    data: Untyped = {},
    options?: RequestOptions | string,
  ): ListPromise<Untyped> {
    const ask = (data: Untyped) => {
      // DCRF reads them beside the data, where its other arguments are.
      const { limit, offset } = data
      const place = { ...(limit != null && { limit }), ...(offset != null && { offset }) }
      return this.request(stream, { action: "list", data, ...place }, options)
    }
    const first = ask(data)
    const next = (offset: number, limit = data.limit) => ask({ ...data, limit, offset })
    return Object.assign(first, { [Symbol.asyncIterator]: () => pages(first, next) })
  }

  create(stream: string, data: object, options?: RequestOptions | string): Promise<Untyped> {
    return this.request(stream, { action: "create", data }, options)
  }

  retrieve(
    ...[stream, pk, data = {}, options]: [string, Pk, object?, (RequestOptions | string)?]
  ): Promise<Untyped> {
    return this.request(stream, { action: "retrieve", pk, data }, options)
  }

  update(
    ...[stream, pk, data, options]: [string, Pk, object, (RequestOptions | string)?]
  ): Promise<Untyped> {
    return this.request(stream, { action: "update", pk, data }, options)
  }

  patch(
    ...[stream, pk, data, options]: [string, Pk, object, (RequestOptions | string)?]
  ): Promise<Untyped> {
    return this.request(stream, { action: "patch", pk, data }, options)
  }

  delete(
    ...[stream, pk, data = {}, options]: [string, Pk, object?, (RequestOptions | string)?]
  ): Promise<null> {
    return this.request(stream, { action: "delete", pk, data }, options)
  }

  async request(
    stream: string,
    payload: object,
    options?: RequestOptions | string,
  ): Promise<Untyped> {
    const { requestId, signal, args, ...own } = named(options)
    const body = { ...payload, ...args, request_id: requestId ?? newRequestId() }
    const { retry = this.options.retry, timeout = this.options.timeout } = own
    const again = () => (retry ? body : undefined)
    const isOwnId = requestId !== undefined
    return this.#requests.ask({ stream, payload: body, isOwnId, timeout, again }, signal)
  }

  streamingRequest(
    ...[stream, payload, given, options]: [
      string,
      object,
      (StreamingHandler<Untyped> | StreamingOptions<Untyped>)?,
      (StreamingOptions<Untyped> | string)?,
    ]
  ): StreamingRequestPromise<Untyped> {
    const callback = typeof given === "function" ? given : undefined
    const own: StreamingOptions<Untyped> = named(options ?? (callback ? {} : given))
    return openStream(this.#requests, {
      stream,
      payload: { ...payload, request_id: own.requestId ?? newRequestId() },
      isOwnId: own.requestId !== undefined,
      callback,
      options: own,
      report: this.#report,
    })
  }

  subscribe<Row = Untyped>(
    ...[stream, what, callback, options]: [
      string,
      Pk | readonly Pk[] | object,
      SubscriptionHandler<Row>?,
      (SubscribeOptions | string)?,
    ]
  ): Subscription<Row> {
    return this.#subscriptions.subscribe({ stream, what, callback, options: named(options) })
  }

  unsubscribeAll(): Promise<number> {
    return this.#subscriptions.clear()
  }

  resubscribe(): void {
    if (this.transport.isConnected()) this.#subscriptions.renew()
  }

  initialize(): void {
    this.#turn++
    if (this.#status !== "idle" && this.#status !== "closed") return
    this.#begin(this.options.websocket?.startClosed ? "idle" : "connecting")
    this.transport.connect()
  }

  reconnect(): void {
    const { transport } = this
    this.#begin(this.#status === "connected" ? "reconnecting" : "connecting")
    if (transport.reconnect) transport.reconnect()
    else {
      transport.disconnect()
      this.#requests.cut("the connection was dropped")
      transport.connect()
    }
  }

  async close(unsubscribe = true): Promise<void> {
    const turn = ++this.#turn
    if (unsubscribe) await this.#subscriptions.clear()
    if (turn !== this.#turn) return
    this.transport.disconnect()
    this.#end("the client was closed")
  }

  send(message: object): number | undefined {
    return this.queue.send(this.serializer.serialize(message))
  }

  sendNow(message: object): number | undefined {
    return this.queue.sendNow(this.serializer.serialize(message))
  }

  readonly #report = (cause: unknown): void => {
    // What its own listeners throw has nobody left to be told.
    this.#errors.emit(toDcrfError(cause), () => {})
  }

  #begin(status: Status): void {
    this.#turn++
    this.#requests.end = undefined
    this.#set(status)
  }

  readonly #opened = (): void => {
    // A transport need not tell that it was lost.
    if (this.#status === "connected") this.#requests.cut("the connection was lost")
    this.#subscriptions.renew()
    this.queue.processQueue()
    this.#requests.sent()
    this.#set("connected")
  }

  #end(reason: string): void {
    this.#requests.end = reason
    this.#requests.cut(reason)
    this.#set("closed")
  }

  #set(status: Status): void {
    if (status === this.#status) return
    this.#status = status
    this.#statuses.emit(status, this.#report)
  }

  #receive(text: string): void {
    try {
      const message = this.serializer.deserialize(text)
      const count = this.dispatcher.dispatch(message)
      const payload = payloadOf(this, message)
      // What has an id answers something that was given up.
      if (count > 0 || !payload || payload.request_id != null) return
      const { stream = "" } = message
      const error = errorOf({ stream, payload: {} }, payload, "event")
      const { action } = payload
      if (error) this.#report(error)
      else this.#events.emit({ stream, action, data: dataOf(payload), payload }, this.#report)
    } catch (cause) {
      this.#report(new DcrfError("message", "A frame could not be read", { cause }))
    }
  }
}

/** The options of a last argument: a text is a request id. */
function named(options: Untyped = {}): Untyped {
  return typeof options === "string" ? { requestId: options } : options
}
