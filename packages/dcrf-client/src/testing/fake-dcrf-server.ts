import type { WebSocketClass, WebsocketOptions } from "../client-options.js"
import type { Off } from "../listeners.js"
import { type ConnectionEvents, FakeConnection, type Route } from "./fake-connection.js"
import type { Served } from "./fake-consumer.js"
import { type FakeHold, Hold } from "./fake-hold.js"
import { RequestLog } from "./fake-request-log.js"
import { FakeSocket, type ServerEnd, type ServerSide } from "./fake-socket.js"
import type {
  FakeAction,
  FakeAnswer,
  FakePk,
  FakeReply,
  FakeRequest,
  FakeRow,
  FakeStream,
} from "./fake-stream.js"
import type { FakeSubscription } from "./fake-subscriptions.js"
import { type FakeChange, FakeTable } from "./fake-table.js"
import { later } from "./later.js"

/** The handshake of a socket. */
export interface FakeHandshake {
  /** With its query, where a token may be. */
  readonly url: URL
  /** The sub-protocols that the client offers. */
  readonly protocols: readonly string[]
}

const base = "ws://dcrf.test/ws/"

/**
 * A server of Django Channels REST Framework in memory, for the tests of an application. It answers
 * as a real one does: create, list, retrieve, update, patch, delete, `subscribe_instance`, and
 * `subscribe_to_all` as a model observer. Everything arrives in a task of its own, as on a socket.
 *
 * ```ts
 * const server = new FakeDcrfServer({ things: [{ pk: 1, name: "apple" }] })
 * const client = connect(server.url, server.options)
 * ```
 *
 * - Change rows as another user would: `server.update("things", 1, { name: "pear" })`.
 * - Wait for what the client asks: `await server.received("things", "subscribe_instance")`.
 * - Answer otherwise: `server.answer("things", "patch", { status: 500, errors: ["on fire"] })`.
 * - Break things: `cut()`, `crash()`, `refuse()` and `accept()`, `mute()` and `unmute()`, `halfOpen()`.
 * - Hold requests back: `const hold = server.hold("things", "list")`, then `hold.release()`.
 */
export class FakeDcrfServer {
  /** The address of all streams, multiplexed. No network is behind it. */
  readonly url: string = base
  /** What a client needs to reach this server; it reconnects at once. */
  readonly options: { readonly websocket: WebsocketOptions }
  /** The class that leads to this server. */
  readonly WebSocket: WebSocketClass
  /** What made the server crash, as a traceback in Django's log would tell. */
  readonly crashes: unknown[] = []
  readonly #streams: ReadonlyMap<string, Served>
  readonly #connections = new Set<FakeConnection>()
  readonly #log = new RequestLog()
  readonly #holds = new Set<Hold>()
  readonly #answers = new Map<string, FakeAction>()
  #refuses: ((handshake: FakeHandshake) => boolean) | undefined
  #isMuted = false

  /** @param streams the rows of each stream, or what else it is to do */
  constructor(streams: Readonly<Record<string, readonly object[] | FakeStream>>) {
    this.#streams = new Map(
      Object.entries(streams).map(([name, given]) => {
        const stream: FakeStream = "length" in given ? { rows: given } : given
        return [name, { name, stream, table: new FakeTable(stream) }]
      }),
    )
    const dial = (end: ServerEnd) => this.#welcome(end)
    this.WebSocket = class extends FakeSocket {
      constructor(url: string | URL, protocols: string | string[] = []) {
        super(url, protocols, dial)
      }
    }
    const { WebSocket } = this
    this.options = { websocket: { WebSocket, minReconnectionDelay: 1, maxReconnectionDelay: 10 } }
  }

  /** The address of one stream without a multiplexer: for `connect(…, { multiplexed: false })`. */
  streamUrl(stream: string): string {
    this.#served(stream)
    return `${base}${stream}/`
  }

  /** How many sockets are open. */
  get connections(): number {
    return this.#connections.size
  }

  /** What has come, the oldest first. */
  get requests(): readonly FakeRequest[] {
    return this.#log.requests
  }

  /** What is subscribed, over all sockets. */
  get subscriptions(): readonly FakeSubscription[] {
    return [...this.#connections].flatMap((connection) => [...connection.subscriptions()])
  }

  /**
   * The next request of this action that nobody waited for yet; also one that has come already.
   * @throws Error when none comes within 5 seconds.
   */
  received(stream: string, action: string): Promise<FakeRequest> {
    this.#served(stream)
    return this.#log.next({ stream, action })
  }

  /** The rows of a stream. */
  rows(stream: string): readonly FakeRow[] {
    return this.#served(stream).table.rows
  }

  /** Puts other rows in the place of all, and tells nobody: as `QuerySet.update` does. */
  fill(stream: string, rows: readonly object[]): void {
    this.#served(stream).table.fill(rows)
  }

  /** Makes a row, and tells those who have subscribed. @returns the row */
  create(stream: string, data: object): FakeRow {
    const { table } = this.#served(stream)
    const change = table.create(data)
    this.#announce(stream, change)
    return table.find(change.pk) ?? {}
  }

  /**
   * Changes some fields of a row, and tells those who have subscribed, after this task.
   * @returns the row
   * @throws Error when there is no such row.
   */
  update(stream: string, pk: FakePk, data: object): FakeRow {
    const { table } = this.#served(stream)
    this.#announce(stream, found(table.update(pk, data), stream, pk))
    return table.find(pk) ?? {}
  }

  /** Deletes a row, and tells those who have subscribed. @throws Error when there is no such row. */
  delete(stream: string, pk: FakePk): void {
    this.#announce(stream, found(this.#served(stream).table.delete(pk), stream, pk))
  }

  /**
   * Answers an action otherwise, until the returned function is called.
   * @param answer the answer, or what gives one; it may throw (the socket closes with 1011), return
   * `undefined` (no answer), yield several answers, or call `usual()` for what the server would have said
   */
  answer(stream: string, action: string, answer: FakeReply | FakeAction): Off {
    this.#served(stream)
    const key = keyOf(stream, action)
    const answers = this.#answers
    const act: FakeAction = typeof answer === "function" ? answer : () => answer
    answers.set(key, act)
    return () => {
      if (answers.get(key) === act) answers.delete(key)
    }
  }

  /** From now on the requests of an action, or all, are received and not handled until they are released. */
  hold(stream?: string, action?: string): FakeHold {
    const hold = new Hold({ stream, action }, (ended) => this.#holds.delete(ended))
    this.#holds.add(hold)
    return hold
  }

  /** Sends any frame to all sockets that carry the stream: `payload` as it is. */
  send(stream: string, payload: FakeRow): void {
    this.#served(stream)
    for (const connection of this.#connections) connection.send(stream, payload)
  }

  /** Sends any text to all sockets. */
  sendText(text: string): void {
    for (const connection of this.#connections) connection.sendText(text)
  }

  /** Ends all sockets. @param code of the close frame; 1006 for none, as when a line breaks. @default 1006 */
  cut(code = 1006, reason = ""): void {
    for (const connection of this.#connections) connection.close(code, reason)
  }

  /** Ends all sockets as an unhandled exception does: with 1011. */
  crash(): void {
    this.cut(1011)
  }

  /** Lets nobody in until {@link accept}, or those of whom `which` says so. Open sockets stay. */
  refuse(which: (handshake: FakeHandshake) => boolean = () => true): void {
    this.#refuses = which
  }

  /** Lets everybody in. */
  accept(): void {
    this.#refuses = undefined
  }

  /** Handles requests, and swallows all that is to be sent, until {@link unmute}. */
  mute(): void {
    this.#isMuted = true
  }

  /** Sends again. What was swallowed is lost. */
  unmute(): void {
    this.#isMuted = false
  }

  /** Forgets all sockets without a word: their clients take them for open, and are not heard any more. */
  halfOpen(): void {
    for (const connection of this.#connections) connection.forget()
  }

  readonly #events: ConnectionEvents = {
    request: (request, connection) => this.#take(request, connection),
    changed: (stream, change) => this.#announce(stream, change),
    crashed: (cause) => this.crashes.push(cause),
    ended: (connection) => this.#connections.delete(connection),
    isMuted: () => this.#isMuted,
  }

  #welcome(end: ServerEnd): ServerSide | undefined {
    const route = this.#route(end.url)
    if (route === undefined || this.#refuses?.(end) === true) {
      end.refuse()
      return undefined
    }
    const connection = new FakeConnection(end, route, this.#events)
    this.#connections.add(connection)
    return connection
  }

  #route({ pathname }: URL): Route | undefined {
    const [, name] = /^\/ws\/(?:([^/]+)\/)?$/.exec(pathname) ?? [undefined, ""]
    if (name === undefined) return { served: [...this.#streams.values()], isMultiplexed: true }
    const served = this.#streams.get(decodeURIComponent(name))
    return served && { served: [served], isMultiplexed: false }
  }

  #take(request: FakeRequest, connection: FakeConnection): void {
    this.#log.add(request)
    const handle = () => this.#handle(request, connection)
    for (const hold of this.#holds) if (hold.takes(request, handle)) return
    handle()
  }

  #handle(request: FakeRequest, connection: FakeConnection): void {
    // A held request dies with its socket.
    if (!this.#connections.has(connection)) return
    const crash = (cause: unknown): void => {
      this.crashes.push(cause)
      connection.close(1011)
    }
    try {
      const usual = () => connection.answer(request)
      const act = this.#answers.get(keyOf(request.stream, request.action))
      const answer = act === undefined ? usual() : act(request, usual)
      // At once, so that it comes before the events of what it changed.
      if (isReply(answer)) connection.reply(request, answer)
      else replyWithAll(answer, (reply) => connection.reply(request, reply)).catch(crash)
    } catch (cause) {
      crash(cause)
    }
  }

  /** The channel layer brings events to the consumers after the answer to the request that caused them. */
  #announce(stream: string, change: FakeChange): void {
    later(() => {
      for (const connection of this.#connections) connection.tell(stream, change)
    })
  }

  #served(stream: string): Served {
    const served = this.#streams.get(stream)
    if (served !== undefined) return served
    const names = [...this.#streams.keys()].join(", ")
    throw new Error(`The fake server has no stream ${stream}. It has ${names || "none"}`)
  }
}

function keyOf(stream: string, action: string | null): string {
  return JSON.stringify([stream, action])
}

function found(change: FakeChange | undefined, stream: string, pk: FakePk): FakeChange {
  if (change === undefined) throw new Error(`The fake server has no row ${pk} in ${stream}`)
  return change
}

function isReply(answer: FakeAnswer): answer is FakeReply {
  return answer !== undefined && "status" in answer
}

async function replyWithAll(
  answer: Exclude<FakeAnswer, FakeReply>,
  reply: (reply: FakeReply) => void,
): Promise<void> {
  const answers = await answer
  if (answers === undefined) return
  if (isReply(answers)) reply(answers)
  else for await (const one of answers) reply(one)
}
