import { once } from "node:events"
import { type WebSocket, WebSocketServer } from "ws"
import { Queue } from "../../../test/queue.js"
import { withDeadline } from "../../../test/with-deadline.js"

type Message = Readonly<Record<string, unknown>>

/** An engine that says what it is told to, and shows what it hears: for what a real one won't do on cue. */
export class ScriptedEngine implements AsyncDisposable {
  readonly #server: WebSocketServer
  readonly #calls = new Queue<Call>()

  constructor(server: WebSocketServer) {
    this.#server = server
    server.on("connection", (websocket) => this.#calls.push(new Call(websocket)))
  }

  static async start(): Promise<ScriptedEngine> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 })
    await once(server, "listening")
    return new ScriptedEngine(server)
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    return `ws://127.0.0.1:${address.port}`
  }

  /** The next connection that is made. */
  call(): Promise<Call> {
    return this.#calls.next()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** A connection to the scripted engine. */
export class Call {
  readonly #closed: Promise<unknown>
  readonly #websocket: WebSocket
  readonly #heard = new Queue<Message>()

  constructor(websocket: WebSocket) {
    this.#websocket = websocket
    this.#closed = new Promise((resolve) => websocket.on("close", resolve))
    websocket.on("message", (data) => {
      for (const line of data.toString().split("\n")) this.#heard.push(JSON.parse(line))
    })
  }

  /** What the client says next. */
  next(): Promise<Message> {
    return this.#heard.next()
  }

  /** Says all of it in one frame. */
  say(...messages: readonly unknown[]): void {
    this.sayText(messages.map((message) => JSON.stringify(message)).join("\n"))
  }

  sayText(frame: string): void {
    this.#websocket.send(frame)
  }

  /** Lets the client in, then to the channel. @returns its commands */
  async welcome(connect: object = {}, subscribe: object = {}): Promise<readonly Message[]> {
    const connecting = await this.next()
    this.say({ id: connecting.id, connect })
    const subscribing = await this.next()
    this.say({ id: subscribing.id, subscribe })
    return [connecting, subscribing]
  }

  close(code: number, reason: string): void {
    this.#websocket.close(code, reason)
  }

  /** Waits for the end. */
  async closed(): Promise<void> {
    await withDeadline("the end of the connection", this.#closed)
  }
}
