import { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { type RawData, WebSocket } from "ws"
import type { Peer } from "../request-environment.js"
import { MessageMeter } from "./message-meter.js"
import type { ReasonedWebSocket, WebsocketListener } from "./reasoned-websocket.js"

/** A connection, which hears of what happens on its socket. */
export interface ClientSocketListener {
  /** A message came, in one piece. */
  message(data: Buffer): void
  /** The client broke the rules of websockets, and the connection is about to end. */
  failed(): void
  /** The connection has ended. */
  gone(): void
  /** What was written has left. */
  drained(): void
  /** The client asks on and on for answers that it doesn't read. */
  deaf(): void
}

/** What a client's messages may be. */
export interface MessageLimits {
  /** Bytes on the wire. */
  readonly maxSize: number
  /** Whether the client may compress them; `ws` bounds what they are inflated to. */
  readonly isDeflated: boolean
}

/** So many pings may come while what was written isn't read. */
const MAX_UNREAD_PINGS = 64

/** The close code for messages of too many bytes (RFC 6455, section 7.4.1). */
const TOO_BIG = 1009

/** A client's websocket: `ws` reads it, and we write our frames to the socket below. */
export class ClientSocket implements WebsocketListener {
  /** Whether frames may be deflated. */
  readonly isDeflated: boolean
  readonly #websocket: ReasonedWebSocket
  readonly #socket: Duplex
  readonly #maxSize: number
  /** `ws` has but one limit: where it is for what was inflated, the one on the wire is ours. */
  readonly #meter: MessageMeter | undefined
  #listener: ClientSocketListener | undefined
  /** Waits for the socket to be drained; no connection that gets along has to listen for it. */
  #isBlocked = false
  #isPonging = false
  /** What the last ping said that waits for the pong before it. */
  #nextPong: Buffer | undefined
  #unreadPings = 0

  constructor(
    websocket: ReasonedWebSocket,
    socket: Duplex,
    { maxSize, isDeflated }: MessageLimits,
  ) {
    this.isDeflated = isDeflated
    this.#websocket = websocket
    this.#socket = socket
    this.#maxSize = maxSize
    if (!isDeflated) return
    const meter = new MessageMeter()
    this.#meter = meter
    // What comes behind the end of the connection nobody asks the meter about.
    socket.prependListener("data", (chunk: Buffer) => {
      if (this.#isOpen) meter.read(chunk)
    })
  }

  /** Begins to tell what happens; to be called before the event loop goes on. */
  listen(listener: ClientSocketListener): void {
    this.#listener = listener
    this.#websocket.tell(this)
  }

  received(data: RawData): void {
    if (!this.#isOpen) return
    if (!this.#isTooBig()) this.#listener?.message(bytesOf(data))
    else {
      this.#websocket.close(TOO_BIG, "")
      this.#listener?.failed()
    }
  }

  /** One pong is under way at a time; then the last ping since is answered (RFC 6455, section 5.5.3). */
  pinged(data: Buffer): void {
    if (!this.#isOpen) return
    if (!this.#isPonging) this.#pong(data)
    else if (this.bufferedSize > 0 && ++this.#unreadPings > MAX_UNREAD_PINGS) this.#listener?.deaf()
    // Copied, as it is a part of all that was read with it.
    else this.#nextPong = Buffer.from(data)
  }

  broken(error: Error): void {
    const tooBig = this.#meter === undefined || this.#isTooBig()
    this.#websocket.closeFor(error, tooBig ? "" : "message too big after decompression")
    this.#listener?.failed()
  }

  closed(): void {
    this.#listener?.gone()
  }

  /** What was agreed on in the handshake, or nothing. */
  get subprotocol(): string {
    return this.#websocket.protocol
  }

  /** Who is at the other end; undefined for a stream that is no socket. */
  get peer(): Peer | undefined {
    return this.#socket instanceof Socket ? this.#socket : undefined
  }

  /** Bytes that were written and still wait in this process. */
  get bufferedSize(): number {
    return this.#socket.writableLength
  }

  /** Writes a whole frame. False asks to write no more before it is drained. */
  write(frame: Buffer): boolean {
    const isTaken = this.#socket.write(frame)
    if (!isTaken && !this.#isBlocked) {
      this.#isBlocked = true
      this.#socket.once("drain", () => {
        this.#isBlocked = false
        this.#listener?.drained()
      })
    }
    return isTaken
  }

  /** Begins the closing handshake. */
  close(code: number, reason: string): void {
    this.#websocket.close(code, reason)
  }

  /** Ends the connection without a handshake. */
  terminate(): void {
    this.#websocket.terminate()
  }

  /** Reads nothing more until {@link resume}. */
  pause(): void {
    this.#websocket.pause()
  }

  resume(): void {
    if (this.#websocket.isPaused) this.#websocket.resume()
  }

  get #isOpen(): boolean {
    return this.#websocket.readyState === WebSocket.OPEN
  }

  #pong(data: Buffer): void {
    this.#isPonging = true
    this.#websocket.pong(data, false, () => {
      const next = this.#nextPong
      this.#isPonging = false
      this.#nextPong = undefined
      this.#unreadPings = 0
      if (next !== undefined && this.#isOpen) this.#pong(next)
    })
  }

  /** Of the message that `ws` is at. */
  #isTooBig(): boolean {
    return this.#meter !== undefined && this.#meter.next() > this.#maxSize
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
