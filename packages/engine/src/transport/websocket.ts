import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { Disconnect } from "@instant-ws/protocol"
import { type WebSocket, WebSocketServer } from "ws"
import type { Chain } from "../delivery/chain.js"
import type { Node } from "../node.js"
import type { Session, Transport } from "../session/session.js"
import type { Sessions } from "../session/sessions.js"
import { isAllowedOrigin } from "./origin.js"
import { json, protobuf, type WebsocketProtocol } from "./websocket-protocol.js"

/** The subprotocol of those who speak Protobuf. */
const PROTOBUF = "centrifuge-protobuf"

/** Accepts websockets and gives each its session. `ws` shakes hands and reads; frames are ours. */
export class WebsocketTransport {
  readonly #node: Node
  readonly #sessions: Sessions
  readonly #server: WebSocketServer

  constructor(node: Node, sessions: Sessions) {
    this.#node = node
    this.#sessions = sessions
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has(PROTOBUF) ? PROTOBUF : false),
      maxPayload: node.config.websocket.message_size_limit,
    })
  }

  /** Whether a path is this transport's. */
  handles(path: string): boolean {
    const { disabled, handler_prefix } = this.#node.config.websocket
    return !disabled && path === handler_prefix
  }

  /** Turns an HTTP request into a websocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { allowed_origins } = this.#node.config.client
    if (!isAllowedOrigin(request.headers.origin, allowed_origins ?? [])) {
      this.#node.log.info({ origin: request.headers.origin }, "origin is not in allowed_origins")
      refuse(socket, "403 Forbidden")
      return
    }
    this.#server.handleUpgrade(request, socket, head, (websocket) => {
      const isProtobuf = websocket.protocol === PROTOBUF || asksForProtobuf(request.url)
      const protocol = isProtobuf ? protobuf : json
      const connection = new WebsocketConnection(websocket, socket, protocol)
      connection.serve(this.#sessions.begin(connection))
    })
  }
}

/** Answers an upgrade with an HTTP status and ends the connection. */
export function refuse(socket: Duplex, status: string): void {
  const text = `${status.slice(4)}\n`
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}

class WebsocketConnection implements Transport {
  readonly #protocol: WebsocketProtocol
  readonly #websocket: WebSocket
  readonly #socket: Duplex
  #session: Session | undefined

  constructor(websocket: WebSocket, socket: Duplex, protocol: WebsocketProtocol) {
    this.#protocol = protocol
    this.#websocket = websocket
    this.#socket = socket
  }

  /** Connects the socket's events with the session. */
  serve(session: Session): void {
    this.#session = session
    this.#websocket.on("message", (data) => session.receive(this.#protocol.decode(data)))
    this.#websocket.on("close", () => session.closed())
    // What a client sends wrong is answered by ws with a close code, which "close" follows.
    this.#websocket.on("error", () => session.closed())
    this.#socket.on("drain", () => session.queue.drained())
  }

  get empty(): Chain {
    return this.#protocol.empty
  }

  get bufferedSize(): number {
    return this.#socket.writableLength
  }

  write(frame: Buffer): boolean {
    return this.#socket.write(frame)
  }

  fail(disconnect: Disconnect): void {
    this.#session?.disconnect(disconnect)
  }

  close({ code, reason }: Disconnect): void {
    this.#websocket.close(code, reason)
  }

  pause(): void {
    this.#websocket.pause()
  }

  resume(): void {
    if (this.#websocket.isPaused) this.#websocket.resume()
  }
}

/** Clients that can't offer a subprotocol ask in the query. */
function asksForProtobuf(url = ""): boolean {
  const query = new URLSearchParams(url.split("?")[1])
  return query.get("cf_protocol") === "protobuf" || query.get("format") === "protobuf"
}
