import { once } from "node:events"
import { WebSocket } from "ws"
import { Queue } from "../../../test/queue.js"
import { withDeadline } from "../../../test/with-deadline.js"

type Message = Readonly<Record<string, unknown>>

/** A websocket whose messages are pulled one by one. */
export class RawClient {
  readonly #websocket: WebSocket
  readonly #messages = new Queue<Message>()
  #listener: (frame: string) => void = () => {}
  readonly #closed: Promise<{ code: number; reason: string }>

  constructor(websocket: WebSocket) {
    this.#websocket = websocket
    this.#closed = new Promise((resolve) => {
      websocket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    websocket.on("error", () => {})
    websocket.on("message", (data) => {
      this.#listener(data.toString())
      for (const line of data.toString().split("\n")) this.#messages.push(JSON.parse(line))
    })
  }

  /** @throws Error with the HTTP status when the server refuses the upgrade. */
  static async open(url: string, headers: Record<string, string>): Promise<RawClient> {
    const websocket = new WebSocket(url, { headers })
    const client = new RawClient(websocket)
    await once(websocket, "open")
    return client
  }

  /** Sends commands as one frame. */
  send(...commands: readonly unknown[]): void {
    this.sendText(commands.map((command) => JSON.stringify(command)).join("\n"))
  }

  /** @param fin Whether the message ends with this text, or more of it follows. */
  sendText(text: string, fin = true): void {
    this.#websocket.send(text, { fin })
  }

  /** Calls `listener` with the text of each frame. */
  onText(listener: (frame: string) => void): void {
    this.#listener = listener
  }

  /** The next message. */
  next(): Promise<Message> {
    return this.#messages.next()
  }

  /** What has come and was not taken yet. */
  get unread(): readonly Message[] {
    return this.#messages.rest
  }

  /** How the server ends the connection. */
  async closed(): Promise<{ code: number; reason: string }> {
    return withDeadline("the close", this.#closed)
  }

  /** Stops reading from the socket. */
  pause(): void {
    this.#websocket.pause()
  }

  resume(): void {
    this.#websocket.resume()
  }

  terminate(): void {
    this.#websocket.terminate()
  }
}
