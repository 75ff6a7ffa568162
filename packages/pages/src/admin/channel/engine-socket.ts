import { type EnginePush, type EngineResult, endByCode, readMessage } from "./engine-message.js"
import { StreamEnd } from "./stream-end.js"

/** How long the engine may take to answer, and how late its pings may be, in milliseconds. */
const PATIENCE = 10_000

/** A command that waits for its answer. */
interface Asked {
  readonly answer: (result: EngineResult) => void
  readonly refuse: (end: StreamEnd) => void
}

/** One connection to the engine, which speaks the protocol of Centrifugo's clients in JSON. */
export class EngineSocket {
  /** Rejects with the reason when it has ended. Never resolves. */
  readonly ended: Promise<never>
  readonly #websocket: WebSocket
  readonly #opened: Promise<unknown>
  readonly #hear: (push: EnginePush) => void
  readonly #asked = new Map<number, Asked>()
  #reject: (reason: unknown) => void = () => {}
  #lastId = 0
  #pingInterval = 0
  #wantsPong = false
  #silence: ReturnType<typeof setTimeout> | undefined

  /** @throws DOMException when the browser opens no WebSocket to this address */
  constructor(url: string, hear: (push: EnginePush) => void) {
    this.#hear = hear
    this.ended = new Promise((_, reject) => {
      this.#reject = reject
    })
    this.ended.catch(() => clearTimeout(this.#silence))
    const websocket = new WebSocket(url)
    this.#websocket = websocket
    this.#opened = new Promise((resolve) => {
      websocket.onopen = resolve
    })
    websocket.onmessage = ({ data }) => this.#read(String(data))
    websocket.onclose = ({ code, reason }) => this.end(endByCode(code, reason))
  }

  /** Says who is here. `heard` as in {@link ask}. */
  connect(token: string, heard: (result: EngineResult) => void): Promise<void> {
    return this.ask({ connect: { token } }, (result) => {
      this.#pingInterval = result.pingInterval
      this.#wantsPong = result.wantsPong
      this.#awaitPing()
      heard(result)
    })
  }

  /**
   * Sends a command. `heard` takes the answer before anything is heard that was said after it.
   * Rejects when the engine refuses, or the connection ends before.
   */
  ask(command: Readonly<Record<string, object>>, heard: (result: EngineResult) => void) {
    this.#lastId += 1
    const id = this.#lastId
    const text = JSON.stringify({ id, ...command })
    const late = setTimeout(() => this.end(new StreamEnd("no answer", false)), PATIENCE)
    const answered = new Promise<void>((resolve, refuse) => {
      this.#asked.set(id, { answer: (result) => resolve(heard(result)), refuse })
    })
    void this.#opened.then(() => this.#websocket.send(text))
    return Promise.race([answered, this.ended]).finally(() => clearTimeout(late))
  }

  /** Does something after so many milliseconds, unless it has ended by then. What that throws ends it. */
  later(milliseconds: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      work().catch((error: unknown) => this.end(error))
    }, milliseconds)
    this.ended.catch(() => clearTimeout(timer))
  }

  /** Ends it, and nothing more is heard. */
  end(reason: unknown): void {
    this.#websocket.onmessage = null
    this.#websocket.onclose = null
    this.#websocket.close()
    this.#reject(reason)
  }

  #read(frame: string): void {
    this.#awaitPing()
    try {
      for (const line of frame.trim().split("\n")) this.#take(line)
    } catch (error) {
      this.end(error)
    }
  }

  #take(line: string): void {
    const message = readMessage(line)
    if (message.kind === "publication" || message.kind === "unsubscribe") this.#hear(message)
    else if (message.kind === "disconnect") this.end(message.end)
    else if (message.kind === "ping" && this.#wantsPong) this.#websocket.send("{}")
    else if (message.kind === "reply") this.#settle(message.id)?.answer(message.result)
    else if (message.kind === "refusal") this.#settle(message.id)?.refuse(message.end)
  }

  #settle(id: number): Asked | undefined {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    return asked
  }

  #awaitPing(): void {
    clearTimeout(this.#silence)
    if (this.#pingInterval === 0) return
    const tooLong = () => this.end(new StreamEnd("no ping", false))
    this.#silence = setTimeout(tooLong, this.#pingInterval + PATIENCE)
  }
}
