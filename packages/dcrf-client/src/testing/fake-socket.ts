import { later } from "./later.js"

/** The server's end of a fake socket. */
export interface ServerEnd {
  readonly url: URL
  /** The sub-protocols that the client offers. */
  readonly protocols: readonly string[]
  /** Opens the socket, with the first sub-protocol. */
  accept(): void
  /** Answers the handshake with an HTTP error: the client sees `error`, then `close` with 1006. */
  refuse(): void
  send(text: string): void
  /** Ends the socket. With 1006 no close frame is sent, as when a line breaks. */
  close(code: number, reason: string): void
}

/** What the server does with what a socket brings. */
export interface ServerSide {
  received(data: unknown): void
  /** The client wants to close. @returns whether anybody answers it */
  closing(): boolean
}

/** Brings the server's end of a new socket to the server, which may refuse it. */
export type Dial = (end: ServerEnd) => ServerSide | undefined

/** `CloseEvent`, which Node has from version 23 on. */
class SocketCloseEvent extends Event {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean

  constructor(type: string, init: CloseEventInit = {}) {
    super(type, init)
    this.code = init.code ?? 0
    this.reason = init.reason ?? ""
    this.wasClean = init.wasClean ?? false
  }
}

type Handler<E extends Event> = ((event: E) => unknown) | null

/** A WebSocket as browsers have it, without a network: whatever it tells comes in a task of its own. */
export class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3

  readonly url: string
  readonly extensions = ""
  readonly bufferedAmount = 0
  binaryType: BinaryType = "blob"
  onopen: Handler<Event> = null
  onmessage: Handler<MessageEvent> = null
  onerror: Handler<Event> = null
  onclose: Handler<CloseEvent> = null
  #readyState: 0 | 1 | 2 | 3 = FakeSocket.CONNECTING
  #protocol = ""
  #server: ServerSide | undefined

  /** @throws SyntaxError when the address is none of a WebSocket. */
  constructor(url: string | URL, protocols: string | readonly string[], dial: Dial) {
    super()
    const address = parse(url)
    this.url = address.href
    const offered = typeof protocols === "string" ? [protocols] : protocols
    later(() => {
      if (this.#readyState !== FakeSocket.CONNECTING) return
      this.#server = dial(this.#serverEnd(address, offered))
    })
  }

  get readyState(): number {
    return this.#readyState
  }

  get protocol(): string {
    return this.#protocol
  }

  /** @throws InvalidStateError before the socket is open; after it, what is sent is lost. */
  send(data: unknown): void {
    if (this.#readyState === FakeSocket.CONNECTING) {
      throw new DOMException("Still in CONNECTING state", "InvalidStateError")
    }
    if (this.#readyState === FakeSocket.OPEN) later(() => this.#server?.received(data))
  }

  /** @throws InvalidAccessError for a code that a page may not use. */
  close(code?: number, reason = ""): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`${code} is neither 1000 nor 3000 to 4999`, "InvalidAccessError")
    }
    if (this.#readyState >= FakeSocket.CLOSING) return
    const wasConnecting = this.#readyState === FakeSocket.CONNECTING
    this.#readyState = FakeSocket.CLOSING
    if (wasConnecting) later(() => this.#fail())
    else later(() => this.#server?.closing() && later(() => this.#end(code ?? 1005, reason)))
  }

  #serverEnd(url: URL, protocols: readonly string[]): ServerEnd {
    return {
      url,
      protocols,
      accept: () => later(() => this.#open(protocols[0] ?? "")),
      refuse: () => later(() => this.#fail()),
      send: (text) => later(() => this.#receive(text)),
      close: (code, reason) => later(() => this.#end(code, reason)),
    }
  }

  #open(protocol: string): void {
    if (this.#readyState !== FakeSocket.CONNECTING) return
    this.#readyState = FakeSocket.OPEN
    this.#protocol = protocol
    this.#tell(new Event("open"), this.onopen)
  }

  #receive(data: string): void {
    if (this.#readyState !== FakeSocket.OPEN) return
    this.#tell(
      new MessageEvent("message", { data, origin: new URL(this.url).origin }),
      this.onmessage,
    )
  }

  #fail(): void {
    if (this.#readyState === FakeSocket.CLOSED) return
    this.#readyState = FakeSocket.CLOSED
    this.#tell(new Event("error"), this.onerror)
    this.#tellClosed(1006, "")
  }

  #end(code: number, reason: string): void {
    if (this.#readyState === FakeSocket.CLOSED) return
    this.#readyState = FakeSocket.CLOSED
    this.#tellClosed(code, reason)
  }

  #tellClosed(code: number, reason: string): void {
    this.#tell(
      new SocketCloseEvent("close", { code, reason, wasClean: code !== 1006 }),
      this.onclose,
    )
  }

  #tell<E extends Event>(event: E, handler: Handler<E>): void {
    handler?.call(this, event)
    this.dispatchEvent(event)
  }
}

function parse(url: string | URL): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address !== undefined && /^wss?:$/.test(address.protocol)) return address
  throw new DOMException(`${url} is no address of a WebSocket`, "SyntaxError")
}
