import type { Server } from "node:http"
import { type WebSocket, WebSocketServer } from "ws"
import { readFakeToken } from "./fake-token.js"
import { Queue } from "./queue.js"

/** A command as it came, such as `{ id: 1, connect: { token } }`. */
export type FakeCommand = Readonly<Record<string, Readonly<Record<string, unknown>>>> & {
  readonly id?: number
}

interface Publication {
  readonly offset: number
  readonly data: unknown
}

/** One socket with what it has subscribed to. */
interface Peer {
  readonly socket: WebSocket
  readonly channels: Set<string>
  user: string
}

/**
 * Speaks as much of the Centrifuge JSON protocol as the client needs, with sensible answers: history
 * and recovery for every channel. Tests steer it:
 * - make it answer otherwise: `answers.set("connect", { error: { code: 100, message: "…" } })`, or
 *   under `"subscribe:$channel"`; a push stands for itself, `"silence"` for no answer;
 * - make tokens expire: `ttl.connect = 1` (seconds), or let one be refused: `expired.add(token)`;
 * - end things: `cut()`, `close(3503, "…")`, `unsubscribe(channel, 2000, "…")`;
 * - send any frame: `send(frame)`.
 */
export class FakeRealtime {
  readonly commands = new Queue<FakeCommand>()
  readonly answers = new Map<string, object | "silence">()
  readonly ttl = { connect: 0, subscribe: 0 }
  readonly expired = new Set<string>()
  /** Whether reconnecting clients get what they missed. */
  hasHistory = true
  readonly #peers = new Set<Peer>()
  readonly #history = new Map<string, Publication[]>()
  readonly #server: WebSocketServer

  constructor(server: Server) {
    this.#server = new WebSocketServer({ server, path: "/connection/websocket" })
    this.#server.on("connection", (socket) => this.#welcome(socket))
  }

  get connections(): number {
    return this.#peers.size
  }

  publish(channel: string, data: unknown): void {
    const publication = { offset: this.#offset(channel) + 1, data }
    this.#history.set(channel, [...(this.#history.get(channel) ?? []), publication])
    for (const { channels, socket } of this.#peers) {
      if (channels.has(channel)) send(socket, { push: { channel, pub: publication } })
    }
  }

  unsubscribe(channel: string, code: number, reason: string): void {
    for (const { channels } of this.#peers) channels.delete(channel)
    this.send({ push: { channel, unsubscribe: { code, reason } } })
  }

  /** Sends a frame to everybody. */
  send(frame: object): void {
    for (const { socket } of this.#peers) send(socket, frame)
  }

  /** Ends all connections properly, with a code. */
  close(code: number, reason: string): void {
    for (const { socket } of this.#peers) socket.close(code, reason)
  }

  /** Ends all connections as a broken line does. */
  cut(): void {
    for (const { socket } of this.#peers) socket.terminate()
  }

  stop(): void {
    this.cut()
    this.#server.close()
  }

  #welcome(socket: WebSocket): void {
    const peer: Peer = { socket, channels: new Set(), user: "" }
    this.#peers.add(peer)
    socket.on("close", () => this.#peers.delete(peer))
    socket.on("message", (frame) => {
      for (const line of String(frame).split("\n")) this.#take(peer, JSON.parse(line))
    })
  }

  #take(peer: Peer, command: FakeCommand): void {
    const { id, ...rest } = command
    const [method, request = {}] = Object.entries(rest)[0] ?? []
    if (method === undefined) return
    this.commands.push(command)
    const answer =
      this.answers.get(method) ??
      this.answers.get(`${method}:${request.channel}`) ??
      this.#answer(peer, method, request)
    if (answer === undefined || answer === "silence") return
    send(peer.socket, "push" in answer ? answer : { id, ...answer })
  }

  #answer(peer: Peer, method: string, request: Readonly<Record<string, unknown>>) {
    const token = String(request.token ?? "")
    if (this.expired.has(token)) return { error: { code: 109, message: "token expired" } }
    if (method === "connect") return { connect: this.#connect(peer, token, request) }
    if (method === "unsubscribe") return { unsubscribe: {} }
    if (method === "refresh") return { refresh: expiry(this.ttl.connect) }
    if (readFakeToken(token).sub !== peer.user) {
      peer.socket.close(3500, "invalid token")
      return undefined
    }
    if (method === "sub_refresh") return { sub_refresh: expiry(this.ttl.subscribe) }
    const channel = String(request.channel)
    peer.channels.add(channel)
    return { subscribe: { ...this.#start(channel, request), ...expiry(this.ttl.subscribe) } }
  }

  #connect(peer: Peer, token: string, { subs }: Readonly<Record<string, unknown>>) {
    const { sub, channels = [] } = readFakeToken(token)
    peer.user = sub
    for (const channel of channels) peer.channels.add(channel)
    const asked = Object(subs)
    const started = channels.map((name) => [name, this.#start(name, asked[name] ?? {})])
    return {
      client: "client",
      version: "0.0.0",
      subs: Object.fromEntries(started),
      ...expiry(this.ttl.connect),
    }
  }

  #start(channel: string, { recover, offset = 0 }: Readonly<Record<string, unknown>>) {
    const top = { recoverable: true, positioned: true, epoch: "e", offset: this.#offset(channel) }
    if (recover !== true) return top
    if (!this.hasHistory) return { ...top, was_recovering: true }
    const missed = this.#history.get(channel)?.filter((one) => one.offset > Number(offset))
    return { ...top, was_recovering: true, recovered: true, publications: missed }
  }

  #offset(channel: string): number {
    return this.#history.get(channel)?.length ?? 0
  }
}

function expiry(ttl: number) {
  return ttl === 0 ? {} : { expires: true, ttl }
}

function send(socket: WebSocket, frame: object): void {
  socket.send(JSON.stringify(frame))
}
