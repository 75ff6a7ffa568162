import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { type PerMessageDeflateOptions, type ServerOptions, WebSocketServer } from "ws"
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

/** An HTTP request that wants to become a websocket, the socket that it came over, and what came behind it. */
export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

const DEFAULT_MAX_SIZE = 65_536
/**
 * Whoever fragments sends at least so many bytes in a fragment, on average. `ws` keeps an object for
 * each until the message is whole.
 */
const FRAGMENT_SIZE = 512
/**
 * Bytes that one read brings at least, on average, while a frame isn't whole, for which `ws` keeps each
 * read: a quarter of what the narrowest lines put into a packet.
 */
const READ_SIZE = 64
/** As many fragments and reads may be whatever their size. */
const MIN_PARTS = 128
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
    this.#plain = handshakes(subprotocols, this.#limits(this.#maxSize), false)
    if (!compression.compression) return
    const maxInflated = compression.decompressed_message_size_limit || INFLATION * this.#maxSize
    this.#deflating = handshakes(subprotocols, this.#limits(maxInflated), {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    })
  }

  /** What a message may be made of; its size counts on the wire only where it isn't deflated. */
  #limits(maxPayload: number): PayloadLimits {
    return {
      maxPayload,
      maxFragments: Math.max(MIN_PARTS, Math.ceil(this.#maxSize / FRAGMENT_SIZE)),
      maxBufferedChunks: Math.max(MIN_PARTS, Math.ceil(this.#maxSize / READ_SIZE)),
    }
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

type PayloadLimits = Pick<ServerOptions, "maxPayload" | "maxFragments" | "maxBufferedChunks">

type Handshakes = ReturnType<typeof handshakes>

function handshakes(
  subprotocols: readonly string[],
  limits: PayloadLimits,
  perMessageDeflate: PerMessageDeflateOptions | false,
) {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    WebSocket: ReasonedWebSocket,
    perMessageDeflate,
    handleProtocols: (offered) => [...offered].find((each) => subprotocols.includes(each)) ?? false,
    // Pings are answered by ClientSocket, which ends who reads none of the answers.
    autoPong: false,
    ...limits,
  })
}
