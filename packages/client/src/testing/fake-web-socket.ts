import type { WebSocketClass } from "../platform/platform.js"
import type { Network } from "./network.js"
import { ABNORMAL, type Wire } from "./wire.js"

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

/** The close code of a socket whose owner gave none. */
const NO_STATUS = 1005
/** The longest reason for a close, in bytes. */
const MAX_REASON = 123

/** Node before 23 has no `CloseEvent`. */
class FakeCloseEvent extends Event {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean

  constructor(code: number, reason: string) {
    super("close")
    this.code = code
    this.reason = reason
    this.wasClean = code !== ABNORMAL
  }
}

/** A class like the browsers' `WebSocket`, whose sockets run over this network. */
export function webSocketOver(network: Network, url: string): WebSocketClass {
  return class extends FakeWebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols, { network, url })
    }
  }
}

/** What sockets run over, and the only address at which somebody answers. */
interface Surroundings {
  readonly network: Network
  readonly url: string
}

class FakeWebSocket extends EventTarget {
  static readonly CONNECTING = CONNECTING
  static readonly OPEN = OPEN
  static readonly CLOSING = CLOSING
  static readonly CLOSED = CLOSED
  readonly CONNECTING = CONNECTING
  readonly OPEN = OPEN
  readonly CLOSING = CLOSING
  readonly CLOSED = CLOSED
  readonly url: string
  readonly protocol = ""
  readonly extensions = ""
  readonly bufferedAmount = 0
  binaryType: BinaryType = "blob"
  onopen: ((event: Event) => unknown) | null = null
  onmessage: ((event: MessageEvent) => unknown) | null = null
  onerror: ((event: Event) => unknown) | null = null
  onclose: ((event: CloseEvent) => unknown) | null = null
  #readyState = CONNECTING
  readonly #wire: Wire

  constructor(address: string, protocols: string | string[] = [], { network, url }: Surroundings) {
    super()
    this.url = address
    if (address.split("?")[0] !== url) {
      const text = `Nobody answers at ${address}: the fake server is at ${url}`
      throw new DOMException(text, "SyntaxError")
    }
    if (protocols.length > 0) {
      throw new DOMException("The fake server speaks JSON, no subprotocol", "SyntaxError")
    }
    this.#wire = network.connect({
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      closed: (code, reason) => this.#closed(code, reason),
    })
  }

  get readyState(): number {
    return this.#readyState
  }

  /** @throws DOMException InvalidStateError while the socket is being opened. */
  send(frame: string): void {
    if (this.#readyState === CONNECTING) {
      throw new DOMException("The socket is not open yet", "InvalidStateError")
    }
    if (this.#readyState === OPEN) this.#wire.toServer(frame)
  }

  /** @throws DOMException InvalidAccessError for a code, SyntaxError for a reason that browsers refuse. */
  close(code = NO_STATUS, reason = ""): void {
    const isAllowed = code === 1000 || code === NO_STATUS || (code >= 3000 && code <= 4999)
    if (!isAllowed) {
      throw new DOMException(`${code} is neither 1000 nor in 3000-4999`, "InvalidAccessError")
    }
    if (new TextEncoder().encode(reason).length > MAX_REASON) {
      throw new DOMException(`The reason is longer than ${MAX_REASON} bytes`, "SyntaxError")
    }
    if (this.#readyState >= CLOSING) return
    const wasOpen = this.#readyState === OPEN
    this.#readyState = CLOSING
    if (wasOpen) this.#wire.closeFromClient(code, reason)
    else this.#wire.cut()
  }

  #opened(): void {
    if (this.#readyState !== CONNECTING) return
    this.#readyState = OPEN
    this.#tell(new Event("open"), this.onopen)
  }

  #received(data: string): void {
    if (this.#readyState === OPEN) this.#tell(new MessageEvent("message", { data }), this.onmessage)
  }

  #closed(code: number, reason: string): void {
    this.#readyState = CLOSED
    if (code === ABNORMAL) this.#tell(new Event("error"), this.onerror)
    this.#tell(new FakeCloseEvent(code, reason), this.onclose)
  }

  #tell<E extends Event>(event: E, handler: ((event: E) => unknown) | null): void {
    if (handler) this.addEventListener(event.type, () => handler(event), { once: true })
    this.dispatchEvent(event)
  }
}
