import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { type PerMessageDeflateOptions, WebSocketServer } from "ws"
import type { EngineConfig } from "../config/schema.js"
import { ClientSocket } from "./client-socket.js"
import { ReasonedWebSocket } from "./reasoned-websocket.js"

/** Whether and what to compress, by the keys of `websocket` and `uni_websocket`. */
export type CompressionConfig = Pick<
  EngineConfig["websocket"],
  "compression" | "compression_level" | "compression_min_size" | "decompressed_message_size_limit"
>

export interface AcceptorOptions {
  /** The most bytes that a message of a client may have on the wire; 0 for 65,536. */
  readonly maxSize: number
  /** What is agreed on when a client offers it. */
  readonly subprotocols: readonly string[]
  readonly compression: CompressionConfig
}

/** An HTTP request that wants to become a websocket. */
export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

const DEFAULT_MAX_SIZE = 65_536
/** How many times its size on the wire a message may be inflated to, unless the configuration says. */
const INFLATION = 10
const EXTENSIONS = "sec-websocket-extensions"
const DEFLATE = "permessage-deflate"
const DEFLATE_OFFER = new RegExp(`(^|,)\\s*${DEFLATE}\\s*(;|,|$)`)

/** Shakes hands with clients, by `ws`, and agrees on compression with those that offer it. */
export class WebsocketAcceptor {
  readonly #maxSize: number
  readonly #plain: Handshakes
  readonly #deflating: Handshakes | undefined

  constructor({ maxSize, subprotocols, compression }: AcceptorOptions) {
    this.#maxSize = maxSize || DEFAULT_MAX_SIZE
    this.#plain = handshakes(subprotocols, this.#maxSize, false)
    if (!compression.compression) return
    const maxInflated = compression.decompressed_message_size_limit || INFLATION * this.#maxSize
    this.#deflating = handshakes(subprotocols, maxInflated, {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    })
  }

  /** Answers a handshake; `accepted` is called, at once, when it succeeds. */
  accept({ request, socket, head }: Upgrade, accepted: (client: ClientSocket) => void): void {
    const { headers } = request
    const offersDeflate = DEFLATE_OFFER.test(headers[EXTENSIONS] ?? "")
    const deflating = offersDeflate ? this.#deflating : undefined
    // Parameters aren't agreed on, as in Centrifugo: all share the same frames, of the same window.
    if (deflating !== undefined) headers[EXTENSIONS] = DEFLATE
    const limits = { maxSize: this.#maxSize, isDeflated: deflating !== undefined }
    const server = deflating ?? this.#plain
    server.handleUpgrade(request, socket, head, (websocket) => {
      accepted(new ClientSocket(websocket, socket, limits))
    })
  }
}

type Handshakes = ReturnType<typeof handshakes>

function handshakes(
  subprotocols: readonly string[],
  maxPayload: number,
  perMessageDeflate: PerMessageDeflateOptions | false,
) {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    WebSocket: ReasonedWebSocket,
    perMessageDeflate,
    handleProtocols: (offered) => [...offered].find((each) => subprotocols.includes(each)) ?? false,
    maxPayload,
  })
}
