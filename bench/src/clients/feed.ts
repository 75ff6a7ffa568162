type Listener = (event: Event) => void

/** What the server says to a text of the client, at once: texts, or none. */
export type Answer = (text: string) => readonly string[]

/** The class that a client makes its socket with. */
export type SocketClass = new (url: string) => object

/** A server in the client's own process: the client's socket without any network below it. */
export class Feed {
  /** What the client is given as WebSocket class. */
  readonly WebSocket: SocketClass
  #socket: FedSocket | undefined

  constructor(answer: Answer) {
    const opened = (socket: FedSocket): void => {
      this.#socket = socket
    }
    this.WebSocket = class extends FedSocket {
      constructor() {
        super(answer)
        opened(this)
      }
    }
  }

  /** Hands a message to the client, as the platform does. @throws Error when it has no socket yet. */
  deliver(message: MessageEvent): void {
    if (this.#socket === undefined) throw new Error("the client has opened no socket")
    this.#socket.tell(message)
  }
}

/** As much of a WebSocket as clients use. */
class FedSocket {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  readonly url = "ws://127.0.0.1/"
  readonly protocol = ""
  readonly extensions = ""
  readonly bufferedAmount = 0
  binaryType = "blob"
  readyState = FedSocket.CONNECTING
  onopen: Listener | null = null
  onmessage: Listener | null = null
  onclose: Listener | null = null
  onerror: Listener | null = null
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #answer: Answer

  constructor(answer: Answer) {
    this.#answer = answer
    queueMicrotask(() => {
      this.readyState = FedSocket.OPEN
      this.tell(new Event("open"))
    })
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener))
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener)
  }

  send(text: string): void {
    for (const data of this.#answer(text)) {
      queueMicrotask(() => this.tell(new MessageEvent("message", { data })))
    }
  }

  close(): void {
    this.readyState = FedSocket.CLOSED
  }

  /** Calls the listeners themselves: what an event target costs is the platform's. */
  tell(event: Event): void {
    if (event.type === "message") this.onmessage?.(event)
    else if (event.type === "open") this.onopen?.(event)
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event)
  }
}
