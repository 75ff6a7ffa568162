import { dataOf, errorOf, isError } from "./answer.js"
import type { StreamingRequestPromise } from "./cancelable-promise.js"
import type { Client, ListPromise, StreamEvent, StreamingHandler } from "./client.js"
import type { ClientOptions, MessageBuilders } from "./client-options.js"
import { Connection } from "./connection.js"
import { DcrfError, type ServerPayload } from "./dcrf-error.js"
import { Line } from "./line.js"
import { Listeners, type Off } from "./listeners.js"
import { messageBuilders, selectBy } from "./message-builders.js"
import { pages } from "./pages.js"
import { isRecord } from "./record.js"
import type { Dispatcher, SendQueue, Serializer, Transport } from "./replaceable-parts.js"
import { Reporter } from "./reporter.js"
import { newRequestId } from "./request-id.js"
import type { RequestOptions, StreamingOptions } from "./request-options.js"
import { type Question, RequestTable } from "./request-table.js"
import type { Pk, Untyped } from "./rows.js"
import type { Status } from "./status.js"
import { Stream } from "./stream.js"
import { Subscriber } from "./subscriber.js"
import type { SubscribeOptions, Subscription, SubscriptionHandler } from "./subscription.js"
import { SubscriptionTable } from "./subscription-table.js"

/** The client itself: it sees to what was asked and what is subscribed over one connection. */
export class SocketClient implements Client {
  readonly dispatcher: Dispatcher
  readonly transport: Transport
  readonly queue: SendQueue
  readonly serializer: Serializer
  readonly options: ClientOptions
  readonly pkField: string
  readonly ensurePkFieldInDeleteEvents: boolean
  declare readonly buildMultiplexedMessage: MessageBuilders["buildMultiplexedMessage"]
  declare readonly buildRequestResponseSelector: MessageBuilders["buildRequestResponseSelector"]
  declare readonly buildSubscribeCreateSelector: MessageBuilders["buildSubscribeCreateSelector"]
  declare readonly buildSubscribeUpdateSelector: MessageBuilders["buildSubscribeUpdateSelector"]
  declare readonly buildSubscribeDeleteSelector: MessageBuilders["buildSubscribeDeleteSelector"]
  declare readonly buildSubscribePayload: MessageBuilders["buildSubscribePayload"]
  declare readonly buildUnsubscribePayload: MessageBuilders["buildUnsubscribePayload"]
  readonly #line: Line
  readonly #reporter: Reporter
  readonly #connection: Connection
  readonly #requests: RequestTable
  readonly #subscriptions: SubscriptionTable
  readonly #events: Listeners<StreamEvent>
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
    this.dispatcher = dispatcher
    this.transport = transport
    this.queue = queue
    this.serializer = serializer
    this.options = options
    this.pkField = options.pkField ?? "pk"
    this.ensurePkFieldInDeleteEvents = options.ensurePkFieldInDeleteEvents ?? true
    const select = selectBy(options.multiplexed !== false)
    Object.assign(this, messageBuilders(this, options, select))
    this.#reporter = new Reporter(options.verbose ?? options.debug ?? false)
    if (options.onError) this.onError(options.onError)
    this.#events = new Listeners(this.#reporter.report)
    queue.initialize(
      (text) => transport.send(text),
      () => transport.isConnected(),
    )
    this.#line = new Line(this)
    this.#requests = new RequestTable(this.#line)
    this.#subscriptions = new SubscriptionTable({
      client: this,
      line: this.#line,
      requests: this.#requests,
      report: this.#reporter.report,
      eventSelectors: (stream, id) =>
        hasEventSelectors(options)
          ? [
              this.buildSubscribeCreateSelector(stream, id),
              this.buildSubscribeUpdateSelector(stream, id),
              this.buildSubscribeDeleteSelector(stream, id),
            ]
          : [select(stream, id)],
    })
    this.#connection = new Connection(transport, this.#reporter, {
      begun: () => this.#requests.begin(),
      opened: () => this.#opened(),
      lost: (reason, code) => this.#requests.cut(reason, code),
      ended: (reason) => this.#requests.end(reason),
      message: (text) => this.#receive(text),
    })
  }

  get status(): Status {
    return this.#connection.status
  }

  list(
    stream: string,
    data: Untyped = {},
    options?: RequestOptions | string,
  ): ListPromise<Untyped> {
    const ask = (data: Untyped) => {
      // DCRF reads them beside the data, where others of its arguments are.
      const { limit, offset } = data
      const place = { ...(limit != null && { limit }), ...(offset != null && { offset }) }
      return this.request(stream, { action: "list", data, ...place }, options)
    }
    const first = ask(data)
    return Object.assign(first, {
      [Symbol.asyncIterator]: () =>
        pages(first, (limit, offset) => ask({ ...data, limit, offset })),
    })
  }

  create(stream: string, props: object, options?: RequestOptions | string): Promise<Untyped> {
    return this.request(stream, { action: "create", data: props }, options)
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
    const { requestId, signal, timeout, retry, args }: RequestOptions = named(options)
    const body = { ...payload, ...args }
    const again = () => ((retry ?? this.options.retry) ? body : undefined)
    const question = { ...this.#question(stream, body, requestId), again }
    return this.#requests.ask({ ...question, timeout: timeout ?? this.options.timeout }, signal)
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
    const own: StreamingOptions<Untyped> = named(
      options ?? (typeof given === "function" ? {} : given),
    )
    return new Stream({
      requests: this.#requests,
      question: this.#question(stream, payload, own.requestId),
      callback,
      options: own,
      report: this.#reporter.report,
    }).start()
  }

  subscribe<Row = Untyped>(
    ...[stream, what, callback, options]: [
      string,
      Pk | readonly Pk[] | object,
      SubscriptionHandler<Row>?,
      (SubscribeOptions | string)?,
    ]
  ): Subscription<Row> {
    const own: SubscribeOptions = named(options)
    const { subscribeAction = "subscribe_instance", includeCreateEvents, onError, refetch } = own
    const key = subscribeAction === "subscribe_instance" ? "pk" : this.pkField
    const { report } = this.#reporter
    return this.#subscriptions.subscribe({
      stream,
      args: [what].flat().map((one) => (isRecord(one) ? one : { [key]: one })),
      options: own,
      timeout: own.timeout ?? this.options.timeout,
      subscriber: new Subscriber({ callback, includeCreateEvents, onError, report }),
      retrieve:
        (refetch ?? this.options.refetch) === false ? undefined : (pk) => this.retrieve(stream, pk),
    })
  }

  unsubscribeAll(): Promise<number> {
    return this.#subscriptions.clear()
  }

  resubscribe(): void {
    if (this.#line.isOpen) this.#subscriptions.renew()
  }

  initialize(): void {
    this.#turn++
    this.#connection.open(this.options.websocket?.startClosed === true)
  }

  reconnect(): void {
    this.#turn++
    this.#connection.reopen()
  }

  async close(unsubscribe = true): Promise<void> {
    const turn = ++this.#turn
    if (unsubscribe) await this.#subscriptions.clear()
    if (turn === this.#turn) this.#connection.close()
  }

  send(message: object): number | undefined {
    return this.queue.send(this.serializer.serialize(message))
  }

  sendNow(message: object): number | undefined {
    return this.queue.sendNow(this.serializer.serialize(message))
  }

  onStatus(listener: (status: Status) => unknown): Off {
    return this.#connection.listeners.add(listener)
  }

  onError(listener: (error: DcrfError) => unknown): Off {
    return this.#reporter.listeners.add(listener)
  }

  onEvent(listener: (event: StreamEvent) => unknown): Off {
    return this.#events.add(listener)
  }

  #question(stream: string, payload: object, id = newRequestId()): Question {
    return { stream, payload, id, selector: this.buildRequestResponseSelector(stream, id) }
  }

  #opened(): void {
    this.#subscriptions.renew()
    this.queue.processQueue()
    this.#requests.sent()
  }

  #receive(text: string): void {
    try {
      const message = this.serializer.deserialize(text)
      if (this.dispatcher.dispatch(message) > 0) return
      const payload = this.#line.payloadOf(message)
      // What has an id answers something that was given up.
      if (payload && payload.request_id == null) this.#hear(message.stream ?? "", payload)
    } catch (cause) {
      this.#reporter.report(new DcrfError("message", "A frame could not be read", { cause }))
    }
  }

  /** Takes what nobody has asked for. */
  #hear(stream: string, payload: ServerPayload): void {
    if (isError(payload)) this.#reporter.report(errorOf({ stream }, payload, "event"))
    else this.#events.emit({ stream, action: payload.action, data: dataOf(payload), payload })
  }
}

/** The options of a last argument: a text is a request id. */
function named(options: Untyped = {}): Untyped {
  return typeof options === "string" ? { requestId: options } : options
}

function hasEventSelectors(options: ClientOptions): boolean {
  const { buildSubscribeCreateSelector: create, buildSubscribeUpdateSelector: update } = options
  return (create ?? update ?? options.buildSubscribeDeleteSelector) !== undefined
}
