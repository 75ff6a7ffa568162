import type { IncomingHttpHeaders } from "node:http"
import type { Disconnect } from "@instant-ws/protocol"
import type { Chain } from "../delivery/chain.js"
import { Message } from "../delivery/message.js"
import type { TransportName } from "../delivery/transport-name.js"
import type { Peer } from "../request-environment.js"
import type { Session } from "../session/session.js"
import type { Transport } from "../session/transport.js"
import type { StreamProtocol } from "./stream-protocol.js"

/** Bytes that may wait in the response before the session is asked to wait. */
const HIGH_WATER_MARK = 65_536
/** How long a client may take to read up to the goodbye, in milliseconds. */
const GOODBYE_TIMEOUT = 30_000

/** How a connection began: with a first message, or with its end. */
export type Opening =
  | { readonly kind: "streaming" }
  | { readonly kind: "refused"; readonly disconnect: Disconnect; readonly errorCode?: number }

/** The request that a stream answers, and how its client talks back. */
export type StreamOptions = Pick<Transport, "headers" | "peer"> & {
  readonly direction: "emulated" | "unidirectional"
}

/** A session's messages as the body of an HTTP response that doesn't end. */
export class StreamConnection implements Transport {
  readonly headers: IncomingHttpHeaders
  readonly peer: Peer | undefined
  readonly direction: "emulated" | "unidirectional"
  /** The body of the response. */
  readonly body: ReadableStream<Uint8Array>
  /** Settles with the first message, or with the end when that comes first. */
  readonly opening: Promise<Opening>
  readonly #protocol: StreamProtocol
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #session: Session | undefined
  /** The goodbye is in the body. */
  #isEnding = false
  #deadline: NodeJS.Timeout | undefined
  #opened: (opening: Opening) => void = () => {}

  constructor(protocol: StreamProtocol, { headers, peer, direction }: StreamOptions) {
    this.headers = headers
    this.peer = peer
    this.direction = direction
    this.#protocol = protocol
    this.opening = new Promise((resolve) => {
      this.#opened = resolve
    })
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#pull(),
        cancel: () => this.#ended(),
      },
      { highWaterMark: HIGH_WATER_MARK, size: (chunk) => chunk?.length ?? 0 },
    )
  }

  /** Connects the stream's events with the session. */
  serve(session: Session): void {
    this.#session = session
  }

  get name(): TransportName {
    return this.#protocol.name
  }

  get codec(): "json" | "protobuf" {
    return this.#protocol.codec
  }

  get empty(): Chain {
    return this.#protocol.empty
  }

  get bufferedSize(): number {
    return HIGH_WATER_MARK - (this.#controller?.desiredSize ?? 0)
  }

  write(frame: Buffer): boolean {
    this.#controller?.enqueue(frame)
    this.#opened({ kind: "streaming" })
    return (this.#controller?.desiredSize ?? 0) > 0
  }

  fail(disconnect: Disconnect): void {
    this.#session?.disconnect(disconnect)
  }

  close(disconnect: Disconnect, errorCode?: number): void {
    this.#opened({ kind: "refused", disconnect, ...(errorCode !== undefined && { errorCode }) })
    this.#controller?.enqueue(this.empty.append(Message.push({ disconnect })).frame)
    this.#isEnding = true
    this.#deadline = setTimeout(() => this.terminate(), GOODBYE_TIMEOUT)
  }

  terminate(): void {
    this.#controller?.error(new Error("the client hasn't read to the end in time"))
    this.#ended()
  }

  #ended(): void {
    clearTimeout(this.#deadline)
    this.#controller = undefined
    this.#session?.gone()
  }

  /** The reader wants more; when it has everything to the goodbye, the body ends. */
  #pull(): void {
    if (!this.#isEnding) this.#session?.queue.drained()
    else if (this.bufferedSize === 0) {
      this.#controller?.close()
      this.#ended()
    }
  }

  /** Commands come in requests of their own, so there is nothing to pause. */
  pause(): void {}
  resume(): void {}
}
