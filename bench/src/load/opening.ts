import type { Dialect } from "./dialect.js"
import { headerLength, maskedFrame, payloadLength } from "./websocket-frame.js"

/** What ends the head of an HTTP message. */
export const END_OF_HEAD = "\r\n\r\n"

/** What a client asks for a websocket. */
export function upgradeRequest(path: string): string {
  const headers = [
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ]
  return `GET ${path} HTTP/1.1\r\n${headers.join("\r\n")}${END_OF_HEAD}`
}

/** The way from a new websocket to a subscription. */
export class Opening {
  readonly #dialect: Dialect
  readonly #send: (frame: Buffer) => void
  #bytes: Buffer = Buffer.alloc(0)
  #upgraded = false
  #exchange = 0

  constructor(dialect: Dialect, send: (frame: Buffer) => void) {
    this.#dialect = dialect
    this.#send = send
  }

  /**
   * Takes what the server says. Once subscribed, it returns the bytes that follow, else undefined.
   * @throws Error when the server refuses.
   */
  take(bytes: Buffer): Buffer | undefined {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    if (!this.#upgraded && !this.#upgrade()) return undefined
    for (;;) {
      const exchange = this.#dialect.exchanges[this.#exchange]
      if (exchange === undefined) return this.#bytes
      const message = this.#nextMessage()
      if (message === undefined) return undefined
      if (this.#dialect.refuses(message)) throw new Error(`the server said ${message}`)
      if (exchange.ends(message)) this.#turnTo(this.#exchange + 1)
    }
  }

  #upgrade(): boolean {
    const end = this.#bytes.indexOf(END_OF_HEAD)
    if (end < 0) return false
    const head = this.#bytes.toString("latin1", 0, end)
    if (!head.startsWith("HTTP/1.1 101 "))
      throw new Error(`the server said ${head.split("\r\n")[0]}`)
    this.#bytes = this.#bytes.subarray(end + END_OF_HEAD.length)
    this.#upgraded = true
    this.#turnTo(0)
    return true
  }

  #turnTo(exchange: number): void {
    this.#exchange = exchange
    const { say } = this.#dialect.exchanges[exchange] ?? {}
    if (say !== undefined) this.#send(maskedFrame(say))
  }

  #nextMessage(): string | undefined {
    if (this.#bytes.length < 2) return undefined
    const start = headerLength(this.#bytes, 0)
    if (this.#bytes.length < start) return undefined
    const end = start + payloadLength(this.#bytes, 0)
    if (this.#bytes.length < end) return undefined
    const message = this.#bytes.toString("latin1", start, end)
    this.#bytes = this.#bytes.subarray(end)
    return message
  }
}
