import { Queue } from "../../../test/queue.js"
import type { ClientOptions } from "../src/client-options.js"
import type { ServerPayload } from "../src/dcrf-error.js"

/** What a client sends, as far as the tests read it. */
export interface Sent {
  readonly action: string
  readonly request_id: string
  readonly pk?: string | number
  readonly [key: string]: unknown
}

/** A message with the stream that it is for. */
export interface Message {
  readonly stream: string
  readonly payload: Sent
}

interface Row {
  readonly pk: string | number
  readonly [field: string]: unknown
}

/**
 * A server in memory for what a real one won't do on cue. By itself it knows `retrieve`, `list`, `patch`
 * and subscriptions to rows, and answers at once; set `answer` for anything else. Frames arrive in turns
 * of their own, in order.
 */
export class FakePeer {
  readonly rows = new Map<string | number, Row>()
  /** All messages, in the order in which they came. */
  readonly received = new Queue<Message>()
  readonly messages: Message[] = []
  readonly sockets: FakeSocket[] = []
  /** Turns sockets away. */
  refuses = false
  /** Answers nothing. */
  isMute = false
  /** Whether messages have no stream. */
  isBare = false
  /** What to answer instead; undefined for what it knows by itself. */
  answer: (message: Message) => readonly ServerPayload[] | undefined = () => undefined

  /** The options with which a client talks to this peer. */
  readonly options: ClientOptions & { readonly websocket: object } = {
    websocket: { WebSocket: this.#socketClass(), minReconnectionDelay: 1, maxReconnectionDelay: 5 },
  }

  constructor(...rows: Row[]) {
    for (const row of rows) this.rows.set(row.pk, row)
  }

  /** The socket that is open. */
  get socket(): FakeSocket {
    const socket = this.sockets.findLast(({ readyState }) => readyState === 1)
    if (socket === undefined) throw new Error("No socket is open")
    return socket
  }

  /** The next message with this action. */
  next(action: string): Promise<Message> {
    return this.received.nextWhere(({ payload }) => payload.action === action)
  }

  /** How many messages with this action came. */
  count(action: string): number {
    return this.messages.filter(({ payload }) => payload.action === action).length
  }

  /** Sends a payload. */
  send(payload: ServerPayload, stream = "things"): void {
    this.socket.deliver(JSON.stringify(this.isBare ? payload : { stream, payload }))
  }

  /** Changes a row; its subscribers are told, if there are any. */
  change(pk: string | number, fields: object, isQuiet = false): void {
    this.rows.set(pk, { ...this.rows.get(pk), ...fields, pk })
    if (!isQuiet)
      this.#tell(pk, { action: "update", data: this.rows.get(pk), response_status: 200 })
  }

  remove(pk: string | number, isQuiet = false): void {
    this.rows.delete(pk)
    if (!isQuiet) this.#tell(pk, { action: "delete", data: { pk }, response_status: 204 })
  }

  /** Closes all sockets. */
  cut(code = 1006): void {
    for (const socket of this.sockets) socket.end(code)
  }

  receive(socket: FakeSocket, text: string): void {
    const parsed = JSON.parse(text)
    const message: Message = this.isBare ? { stream: "", payload: parsed } : parsed
    this.messages.push(message)
    this.received.push(message)
    if (this.isMute) return
    for (const payload of this.answer(message) ?? [this.#known(socket, message.payload)]) {
      this.send(payload, message.stream)
    }
  }

  #tell(pk: string | number, event: ServerPayload): void {
    for (const socket of this.sockets) {
      for (const [request_id, row] of socket.subscriptions) {
        if (row === pk && socket.readyState === 1) this.send({ errors: [], ...event, request_id })
      }
    }
  }

  #known(socket: FakeSocket, { action, request_id, pk, data }: Sent): ServerPayload {
    const answer = (response_status: number, data: unknown = null): ServerPayload => {
      const errors = response_status === 404 ? ["Not found"] : []
      return { errors, data, action, response_status, request_id }
    }
    const row = this.rows.get(pk ?? "")
    if (action === "list") return answer(200, [...this.rows.values()])
    if (row === undefined) return answer(404)
    if (action === "patch") this.change(row.pk, data as object)
    if (action === "subscribe_instance") socket.subscriptions.set(request_id, row.pk)
    if (action === "unsubscribe_instance") socket.subscriptions.delete(request_id)
    if (action === "subscribe_instance") return answer(201)
    if (action === "unsubscribe_instance") return answer(204)
    return answer(200, this.rows.get(row.pk))
  }

  #socketClass(): new (url: string, protocols?: string | string[]) => FakeSocket {
    const peer = this
    return class extends FakeSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(peer, url, protocols)
        peer.sockets.push(this)
      }
    }
  }
}

/** The client's end of a socket to a {@link FakePeer}. */
export class FakeSocket extends EventTarget {
  readonly url: string
  readonly protocols: string | string[] | undefined
  /** The rows that the server tells this socket about, by request id. */
  readonly subscriptions = new Map<string, string | number>()
  binaryType = "blob"
  readyState = 0
  readonly #peer: FakePeer

  constructor(peer: FakePeer, url: string, protocols?: string | string[]) {
    super()
    this.#peer = peer
    this.url = url
    this.protocols = protocols
    setImmediate(() => {
      if (this.readyState !== 0) return
      if (peer.refuses) return this.end(1006)
      this.readyState = 1
      this.dispatchEvent(new Event("open"))
    })
  }

  send(text: string): void {
    setImmediate(() => {
      if (this.readyState === 1) this.#peer.receive(this, text)
    })
  }

  deliver(data: unknown): void {
    setImmediate(() => {
      if (this.readyState === 1) this.dispatchEvent(new MessageEvent("message", { data }))
    })
  }

  close(code = 1000): void {
    this.end(code)
  }

  end(code: number): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason: "" }))
  }
}
