import { connect, type Socket } from "node:net"
import { API_KEY } from "../server/engine-config.js"
import { END_OF_HEAD } from "./opening.js"

/** A request whose answer is awaited. */
interface Pending {
  resolve(body: string): void
  reject(error: Error): void
}

/** One keep-alive connection to the HTTP API, by hand, which costs the load generator little. */
export class ApiConnection {
  readonly #port: number
  #socket: Socket | undefined
  #received: Buffer = Buffer.alloc(0)
  #pending: Pending | undefined

  constructor(port: number) {
    this.#port = port
  }

  /**
   * Publishes; one call at a time.
   * @throws Error when the connection ends before the answer, or the answer is an error.
   */
  async publish(request: object): Promise<void> {
    const body = await this.#post("/api/publish", JSON.stringify(request))
    if (body.includes('"error"')) throw new Error(`the server refused to publish: ${body}`)
  }

  /** Ends the connection. */
  close(): void {
    this.#socket?.destroy()
  }

  #post(path: string, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject }
      this.#socket ??= this.#open()
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
          `X-API-Key: ${API_KEY}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true })
    let reason = "the connection ended"
    socket.on("data", (bytes) => this.#read(bytes))
    socket.on("error", ({ message }) => {
      reason = message
    })
    socket.once("close", () => {
      this.#socket = undefined
      this.#received = Buffer.alloc(0)
      this.#settle((pending) => pending.reject(new Error(reason)))
    })
    return socket
  }

  #read(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const headEnd = this.#received.indexOf(END_OF_HEAD)
    if (headEnd < 0) return
    const head = this.#received.toString("latin1", 0, headEnd)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const start = headEnd + END_OF_HEAD.length
    if (!head.startsWith("HTTP/1.1 200 ") || length === undefined) {
      this.#settle((pending) => pending.reject(new Error(`the server answered ${head}`)))
      this.#socket?.destroy()
      return
    }
    const end = start + Number(length)
    if (this.#received.length < end) return
    const body = this.#received.toString("utf8", start, end)
    this.#received = this.#received.subarray(end)
    this.#settle((pending) => pending.resolve(body))
  }

  #settle(use: (pending: Pending) => void): void {
    const pending = this.#pending
    this.#pending = undefined
    if (pending !== undefined) use(pending)
  }
}
