import type { IncomingHttpHeaders, IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { Disconnect } from "@instant-ws/protocol"
import type { Chain } from "../delivery/chain.js"
import type { Sessions } from "../session/sessions.js"
import type { ClientSocket } from "./client-socket.js"
import { deflatedFraming } from "./deflated-frame.js"
import { SocketConnection } from "./socket-connection.js"
import { type CompressionConfig, WebsocketAcceptor } from "./websocket-acceptor.js"
import { websocketFrame } from "./websocket-frame.js"
import {
  type WebsocketProtocol,
  type WebsocketProtocols,
  websocketProtocols,
} from "./websocket-protocol.js"

const JSON_SUBPROTOCOL = "centrifuge-json"
/** The subprotocol of those who speak Protobuf. */
const PROTOBUF_SUBPROTOCOL = "centrifuge-protobuf"

/** Accepts websockets and gives each its session. `ws` shakes hands and reads; frames are ours. */
export class WebsocketTransport {
  readonly #sessions: Sessions
  readonly #acceptor: WebsocketAcceptor
  readonly #plain: WebsocketProtocols
  /** The chains of clients that negotiated compression: each frame is deflated once for all. */
  readonly #deflated: WebsocketProtocols

  /** @param maxSize The most bytes that a frame of a client may have; 0 for 65,536. */
  constructor(sessions: Sessions, maxSize: number, compression: CompressionConfig) {
    const subprotocols = [JSON_SUBPROTOCOL, PROTOBUF_SUBPROTOCOL]
    this.#sessions = sessions
    this.#acceptor = new WebsocketAcceptor({ maxSize, subprotocols, compression })
    this.#plain = websocketProtocols(websocketFrame)
    this.#deflated = websocketProtocols(deflatedFraming(compression))
  }

  /** Turns an HTTP request into a websocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#acceptor.accept({ request, socket, head }, (client) => {
      const { json, protobuf } = client.isDeflated ? this.#deflated : this.#plain
      const isProtobuf = client.subprotocol === PROTOBUF_SUBPROTOCOL || asksForProtobuf(request.url)
      const protocol = isProtobuf ? protobuf : json
      const connection = new WebsocketConnection(client, request.headers, protocol)
      connection.serve(this.#sessions.begin(connection))
    })
  }
}

/** Clients that can't offer a subprotocol ask in the query. */
function asksForProtobuf(url = ""): boolean {
  const query = new URLSearchParams(url.split("?")[1])
  return query.get("cf_protocol") === "protobuf" || query.get("format") === "protobuf"
}

class WebsocketConnection extends SocketConnection {
  readonly name = "websocket"
  readonly direction = "bidirectional"
  readonly codec: "json" | "protobuf"
  readonly empty: Chain
  readonly #protocol: WebsocketProtocol

  constructor(client: ClientSocket, headers: IncomingHttpHeaders, protocol: WebsocketProtocol) {
    super(client, headers)
    this.codec = protocol.codec
    this.empty = protocol.empty
    this.#protocol = protocol
  }

  message(data: Buffer): void {
    this.session?.receive(this.#protocol.decode(data))
  }

  close({ code, reason }: Disconnect): void {
    this.client.close(code, reason)
  }
}
