import { connect, type Socket } from "node:net"
import { FrameReader } from "./frame-reader.js"
import { END_OF_HEAD, upgradeRequest } from "./opening.js"
import { maskedFrame } from "./websocket-frame.js"

/** Whom to connect to, and who is told. */
export interface WebsocketOptions {
  readonly port: number
  readonly path: string
  onOpen(): void
  /** For each text message. */
  onText(text: string): void
  /** Once, when the connection ends, or fails to begin, without `cut()`. */
  onEnd(reason: string): void
}

const TEXT = 0x1
const CLOSE = 0x8
/** One for all sockets: each read is done with before the next. */
const readBuffer = Buffer.allocUnsafe(64 * 1024)

/** A websocket by hand, which costs the load generator little. */
export class RawWebsocket {
  readonly #options: WebsocketOptions
  readonly #socket: Socket
  readonly #frames = new FrameReader()
  /** What came before the upgrade was complete. */
  #head: Buffer | undefined = Buffer.alloc(0)
  #reason = "the connection ended"
  #isCut = false

  constructor(options: WebsocketOptions) {
    const { port, path } = options
    this.#options = options
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          if (!this.#isCut) this.#read(readBuffer.subarray(0, length))
          return true
        },
      },
    })
    this.#socket.once("connect", () => this.#socket.write(upgradeRequest(path)))
    this.#socket.on("error", ({ message }) => {
      this.#reason = message
    })
    this.#socket.once("close", () => {
      if (!this.#isCut) options.onEnd(this.#reason)
    })
  }

  /** Sends a text message. */
  send(text: string): void {
    this.#socket.write(maskedFrame({ kind: "text", bytes: Buffer.from(text) }))
  }

  /** Ends the connection without a word, as a network that breaks; nothing is told of it. */
  cut(): void {
    this.#isCut = true
    this.#socket.resetAndDestroy()
  }

  #read(bytes: Buffer): void {
    const rest = this.#head === undefined ? bytes : this.#upgrade(this.#head, bytes)
    if (rest === undefined) return
    for (const { opcode, payload } of this.#frames.read(rest)) {
      if (opcode === TEXT) this.#options.onText(payload.toString())
      if (opcode === CLOSE) this.#end(`the server closed: ${payload.toString("utf8", 2)}`)
      if (this.#isCut) return
    }
  }

  #upgrade(before: Buffer, bytes: Buffer): Buffer | undefined {
    const head = Buffer.concat([before, bytes])
    this.#head = head
    const end = head.indexOf(END_OF_HEAD)
    if (end < 0) return undefined
    const [status = ""] = head.toString("latin1", 0, end).split("\r\n")
    if (!status.startsWith("HTTP/1.1 101 ")) {
      this.#end(`the server said ${status}`)
      return undefined
    }
    this.#head = undefined
    this.#options.onOpen()
    return head.subarray(end + END_OF_HEAD.length)
  }

  #end(reason: string): void {
    this.#reason = reason
    this.#socket.destroy()
  }
}
