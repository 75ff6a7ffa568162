import type { IncomingHttpHeaders, IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import {
  type Command,
  type Disconnect,
  decodeConnectRequest,
  disconnects,
  type Request,
} from "@instant-ws/protocol"
import type { EngineConfig } from "../config/schema.js"
import { Chain } from "../delivery/chain.js"
import { Message } from "../delivery/message.js"
import type { Sessions } from "../session/sessions.js"
import type { ClientSocket } from "./client-socket.js"
import { readConnectRequest } from "./connect-request.js"
import { deflatedFraming } from "./deflated-frame.js"
import { SocketConnection } from "./socket-connection.js"
import { refuse } from "./upgrades.js"
import { WebsocketAcceptor } from "./websocket-acceptor.js"
import { type Framing, TEXT, websocketFrame } from "./websocket-frame.js"
import { NEWLINE } from "./websocket-protocol.js"

type UniWebsocketConfig = EngineConfig["uni_websocket"]

/** Pushes joined by line breaks in one frame. */
function joined(framing: Framing): Chain {
  return Chain.empty({
    encode: (message) => message.push,
    frame: (messages) => framing(TEXT, messages, NEWLINE),
  })
}

/** Each push in a frame of its own; several frames are one write. */
function single(framing: Framing): Chain {
  return Chain.empty({
    encode: (message) => message.push,
    frame: (messages) => Buffer.concat(messages.map((each) => framing(TEXT, [each]))),
  })
}

/** Websockets of clients that only listen, after one connect request. */
export class UniWebsocketTransport {
  readonly #sessions: Sessions
  readonly #config: UniWebsocketConfig
  readonly #acceptor: WebsocketAcceptor
  readonly #plain: Chain
  readonly #deflated: Chain

  constructor(sessions: Sessions, config: UniWebsocketConfig) {
    const chain = config.join_push_messages ? joined : single
    this.#sessions = sessions
    this.#config = config
    this.#acceptor = new WebsocketAcceptor({
      maxSize: config.message_size_limit,
      subprotocols: [],
      compression: config,
    })
    this.#plain = chain(websocketFrame)
    this.#deflated = chain(deflatedFraming(config))
  }

  /** Turns an HTTP request into a websocket; the connect request may stand in its query. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const query = new URLSearchParams((request.url ?? "").split("?")[1]).get("cf_connect")
    const connect = query === null ? undefined : readConnectRequest(query)
    if (query !== null && connect === undefined) {
      this.#sessions.unreadable("uni_websocket")
      refuse(socket, "400 Bad Request")
      return
    }
    this.#acceptor.accept({ request, socket, head }, (client) => {
      const empty = client.isDeflated ? this.#deflated : this.#plain
      const { headers } = request
      const connection = new UniWebsocketConnection(client, {
        headers,
        empty,
        config: this.#config,
      })
      connection.serve(this.#sessions.begin(connection))
      connection.begin(connect)
    })
  }
}

/** Reads when it is asked for the command, as sessions know what to do with a frame that is none. */
function* decodeConnectCommand(text: string): Generator<Command> {
  yield connectCommand(decodeConnectRequest(text))
}

function connectCommand(request: Request<"connect">): Command {
  return { id: 0, method: "connect", request }
}

interface UniWebsocketOptions {
  readonly headers: IncomingHttpHeaders
  readonly empty: Chain
  readonly config: UniWebsocketConfig
}

class UniWebsocketConnection extends SocketConnection {
  readonly name = "uni_websocket"
  readonly direction = "unidirectional"
  readonly codec = "json"
  readonly empty: Chain
  readonly #config: UniWebsocketConfig
  #hasBegun = false

  constructor(client: ClientSocket, { headers, empty, config }: UniWebsocketOptions) {
    super(client, headers)
    this.empty = empty
    this.#config = config
  }

  /** Begins with the request, or else with the first message; later ones are ignored. */
  begin(connect: Request<"connect"> | undefined): void {
    if (connect !== undefined) this.#begin([connectCommand(connect)])
  }

  message(data: Buffer): void {
    if (!this.#hasBegun) this.#begin(decodeConnectCommand(data.toString()))
  }

  close(disconnect: Disconnect): void {
    const { disable_disconnect_push, disable_closing_handshake } = this.#config
    const wasBadRequest = disconnect === disconnects.badRequest
    if (!disable_disconnect_push && !wasBadRequest) {
      this.client.write(this.empty.append(Message.push({ disconnect })).frame)
    }
    if (disable_closing_handshake) this.client.terminate()
    else this.client.close(disconnect.code, disconnect.reason)
  }

  #begin(frame: Iterable<Command>): void {
    this.#hasBegun = true
    this.session?.receive(frame)
  }
}
