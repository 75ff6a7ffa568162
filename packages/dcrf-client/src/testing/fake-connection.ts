import { FakeConsumer, type Served } from "./fake-consumer.js"
import { asFrame } from "./fake-frame.js"
import type { ServerEnd, ServerSide } from "./fake-socket.js"
import type { FakeAnswer, FakeReply, FakeRequest, FakeRow } from "./fake-stream.js"
import type { FakeSubscription } from "./fake-subscriptions.js"
import type { FakeChange } from "./fake-table.js"

/** What an address leads to: a stream by itself, or several, each message with the name of its own. */
export interface Route {
  readonly served: readonly Served[]
  readonly isMultiplexed: boolean
}

/** What a connection leaves to the server. */
export interface ConnectionEvents {
  request(request: FakeRequest, connection: FakeConnection): void
  changed(stream: string, change: FakeChange): void
  /** A message that no consumer can read. */
  crashed(cause: unknown): void
  /** It is over, whoever ended it. */
  ended(connection: FakeConnection): void
  /** Whether frames for the client are swallowed. */
  isMuted(): boolean
}

/** One socket, with its streams. */
export class FakeConnection implements ServerSide {
  readonly #end: ServerEnd
  readonly #isMultiplexed: boolean
  readonly #consumers: ReadonlyMap<string, FakeConsumer>
  readonly #events: ConnectionEvents
  #state: "open" | "half-open" | "over" = "open"

  constructor(end: ServerEnd, { served, isMultiplexed }: Route, events: ConnectionEvents) {
    this.#end = end
    this.#isMultiplexed = isMultiplexed
    this.#events = events
    this.#consumers = new Map(
      served.map((one) => {
        const { name } = one
        const frame = (payload: FakeRow) => this.send(name, payload)
        const changed = (change: FakeChange) => events.changed(name, change)
        return [name, new FakeConsumer(one, end.url, { frame, changed })]
      }),
    )
    end.accept()
  }

  received(data: unknown): void {
    if (this.#state !== "open") return
    try {
      this.#events.request(this.#read(data), this)
    } catch (cause) {
      this.#events.crashed(cause)
      this.close(1011)
    }
  }

  closing(): boolean {
    if (this.#state === "half-open") return false
    this.#finish("over")
    return true
  }

  /** @throws Error where DCRF has an exception that it doesn't handle. */
  answer(request: FakeRequest): FakeAnswer {
    return this.#consumers.get(request.stream)?.answer(request)
  }

  reply(request: FakeRequest, reply: FakeReply): void {
    this.send(request.stream, asFrame(request, reply))
  }

  /** Sends a frame, if the stream is one of this socket's. */
  send(stream: string, payload: FakeRow): void {
    if (!this.#consumers.has(stream)) return
    this.sendText(JSON.stringify(this.#isMultiplexed ? { stream, payload } : payload))
  }

  sendText(text: string): void {
    if (this.#state === "open" && !this.#events.isMuted()) this.#end.send(text)
  }

  tell(stream: string, change: FakeChange): void {
    if (this.#state === "open") this.#consumers.get(stream)?.tell(change)
  }

  close(code: number, reason = ""): void {
    if (this.#state !== "open") return
    this.#finish("over")
    this.#end.close(code, reason)
  }

  /** Is never heard of again, while the client takes it for open. */
  forget(): void {
    this.#finish("half-open")
  }

  *subscriptions(): Generator<FakeSubscription> {
    for (const consumer of this.#consumers.values()) yield* consumer.subscriptions()
  }

  #finish(state: "half-open" | "over"): void {
    this.#state = state
    this.#events.ended(this)
  }

  #read(data: unknown): FakeRequest {
    const message = asObject(typeof data === "string" ? JSON.parse(data) : data)
    const [only] = this.#consumers.keys()
    const stream = this.#isMultiplexed ? message.stream : only
    if (typeof stream !== "string" || !this.#consumers.has(stream)) {
      throw new Error(`There is no stream ${stream}`)
    }
    const payload = this.#isMultiplexed ? asObject(message.payload) : message
    const { action, request_id: requestId = null } = payload
    const name = action === undefined ? null : String(action)
    return { stream, action: name, requestId, payload, url: this.#end.url }
  }
}

function asObject(value: unknown): FakeRow {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return { ...value }
  }
  throw new TypeError("A message must be the JSON text of an object")
}
