import type { WebSocketClass } from "djangoinstant"
import { Queue } from "../../../test/queue.js"

/** What of the interface of a browser's WebSocket is used here. */
interface SocketLike {
  send(frame: string): void
  addEventListener(type: "open", listener: () => void): void
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void
}

/** A websocket without a client: says what it is told to, and shows what comes. */
export class RawSocket {
  /** Replies and pushes, pings left out. */
  readonly messages = new Queue<Readonly<Record<string, unknown>>>()
  readonly ends = new Queue<string>()
  readonly #socket: SocketLike
  readonly #opened: Promise<void>

  constructor(Socket: WebSocketClass, url: string) {
    // Whatever class it is, it has the interface of the browsers'.
    this.#socket = new Socket(`${url.replace("http", "ws")}/connection/websocket`) as SocketLike
    this.#opened = new Promise((resolve) => this.#socket.addEventListener("open", resolve))
    this.#socket.addEventListener("message", ({ data }) => {
      for (const line of String(data).split("\n")) {
        if (line !== "{}") this.messages.push(JSON.parse(line))
      }
    })
    this.#socket.addEventListener("close", ({ code, reason }) =>
      this.ends.push(`${code} ${reason}`),
    )
  }

  /** Sends commands in one frame; a text goes as it is. */
  async send(...commands: readonly (object | string)[]): Promise<void> {
    await this.#opened
    const lines = commands.map((one) => (typeof one === "string" ? one : JSON.stringify(one)))
    this.#socket.send(lines.join("\n"))
  }
}
