import { inTurn } from "./turns.js"

/** The client's end of a {@link Wire}. */
export interface ClientEnd {
  opened(): void
  received(frame: string): void
  /** Nothing comes after it. */
  closed(code: number, reason: string): void
}

/** The server's end of a {@link Wire}. */
export interface ServerEnd {
  received(frame: string): void
  gone(): void
}

/** What a websocket is closed with when its line broke. */
export const ABNORMAL = 1006

/** What runs between one websocket and the server: all that is sent arrives later, in order. */
export class Wire {
  readonly #client: ClientEnd
  readonly #answer: (wire: Wire) => ServerEnd
  readonly #onEnd: (wire: Wire) => void
  #server: ServerEnd | undefined
  #waiting: (() => void)[] = []
  #state: "flowing" | "stalled" | "ended" = "flowing"

  /** `answer` makes the server's end; `onEnd` is called when nothing runs over it any more. */
  constructor(client: ClientEnd, answer: (wire: Wire) => ServerEnd, onEnd: (wire: Wire) => void) {
    this.#client = client
    this.#answer = answer
    this.#onEnd = onEnd
  }

  /** Lets the client in. */
  open(): void {
    this.#carry(() => {
      this.#server = this.#answer(this)
      this.#client.opened()
    })
  }

  toServer(frame: string): void {
    this.#carry(() => this.#server?.received(frame))
  }

  /** The frame is made when it leaves. */
  toClient(frame: () => string): void {
    this.#carry(() => this.#client.received(frame()))
  }

  /** The client closes it: the server answers with the same. */
  closeFromClient(code: number, reason: string): void {
    this.#carry(() => {
      this.#dropServer()
      this.#carry(() => this.#end(code, reason))
    })
  }

  /** The server closes it, after what it has sent. */
  closeFromServer(code: number, reason: string): void {
    this.#dropServer()
    this.#carry(() => this.#end(code, reason))
  }

  /** Breaks it: what was underway is lost. */
  cut(): void {
    if (this.#state === "ended") return
    this.#state = "ended"
    this.#waiting = []
    this.#dropServer()
    this.#onEnd(this)
    inTurn(() => this.#client.closed(ABNORMAL, ""))
  }

  /** Holds back what is sent from now on, and what is underway. */
  stall(): void {
    if (this.#state === "flowing") this.#state = "stalled"
  }

  /** Lets all through that was held back. */
  resume(): void {
    if (this.#state !== "stalled") return
    this.#state = "flowing"
    for (const _ of this.#waiting) inTurn(() => this.#next())
  }

  #carry(delivery: () => void): void {
    if (this.#state === "ended") return
    this.#waiting.push(delivery)
    inTurn(() => this.#next())
  }

  #next(): void {
    if (this.#state === "flowing") this.#waiting.shift()?.()
  }

  #end(code: number, reason: string): void {
    this.#state = "ended"
    this.#waiting = []
    this.#onEnd(this)
    this.#client.closed(code, reason)
  }

  #dropServer(): void {
    const server = this.#server
    this.#server = undefined
    server?.gone()
  }
}
