import { once } from "node:events"
import { WebSocket } from "ws"

/** How long a message may take before a test fails, in milliseconds. */
const DEADLINE = 10_000

type Message = Readonly<Record<string, unknown>>

/** A websocket whose messages are pulled one by one. */
export class RawClient {
  readonly #websocket: WebSocket
  readonly #messages: Message[] = []
  #listener: (frame: string) => void = () => {}
  readonly #waiting: ((message: Message) => void)[] = []
  readonly #closed: Promise<{ code: number; reason: string }>

  constructor(websocket: WebSocket) {
    this.#websocket = websocket
    this.#closed = new Promise((resolve) => {
      websocket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    websocket.on("error", () => {})
    websocket.on("message", (data) => {
      this.#listener(data.toString())
      for (const line of data.toString().split("\n")) this.#take(JSON.parse(line))
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

  sendText(text: string): void {
    this.#websocket.send(text)
  }

  /** Calls `listener` with the text of each frame. */
  onText(listener: (frame: string) => void): void {
    this.#listener = listener
  }

  /** The next message. */
  async next(): Promise<Message> {
    const message = this.#messages.shift()
    if (message !== undefined) return message
    return withDeadline("a message", new Promise((resolve) => this.#waiting.push(resolve)))
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

  #take(message: Message): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#messages.push(message)
    else next(message)
  }
}

/** Waits for what must come; fails when it doesn't. */
export async function withDeadline<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} didn't come in time`)), DEADLINE)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}
