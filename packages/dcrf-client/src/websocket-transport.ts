import ReconnectingWebSocket from "partysocket/ws"
import type { Provider, WebSocketClass, WebsocketOptions } from "./client-options.js"
import type { Transport, TransportEvent } from "./replaceable-parts.js"
import type { Untyped } from "./rows.js"

/** A WebSocket that reconnects: the transport unless another is given. */
export class WebsocketTransport implements Transport {
  /** The socket of now; undefined before `connect()` and after `disconnect()`. */
  socket: ReconnectingWebSocket | undefined
  readonly #url: Provider<string>
  readonly #options: WebsocketOptions
  readonly #protocols: Provider<string | string[] | null>
  readonly #listeners: { [event in TransportEvent]?: ((...args: Untyped[]) => void)[] } = {}
  #hasConnected = false

  constructor(
    url: Provider<string>,
    options: WebsocketOptions = {},
    protocols: Provider<string | string[] | null> = null,
  ) {
    this.#url = url
    this.#options = options
    this.#protocols = protocols
  }

  on(event: TransportEvent, listener: (...args: Untyped[]) => void): void {
    this.#listeners[event] = [...(this.#listeners[event] ?? []), listener]
  }

  connect(): boolean {
    if (this.socket !== undefined) return false
    this.#open(this.#options.startClosed === true)
    return true
  }

  disconnect(): boolean {
    const { socket } = this
    if (socket === undefined) return false
    this.socket = undefined
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
    socket.close()
    return true
  }

  /** Another socket, for the one at hand may be waiting for its next attempt. */
  reconnect(): void {
    if (this.disconnect()) this.#emit("close", { code: 1000, reason: "reconnect" })
    this.#open(false)
  }

  isConnected(): boolean {
    return this.socket?.readyState === 1
  }

  send(text: string): number {
    if (!this.isConnected()) return -1
    this.socket?.send(text)
    return text.length
  }

  #open(startClosed: boolean): void {
    const {
      maxRetries = Number.POSITIVE_INFINITY,
      shouldReconnectOnClose,
      debugLogger,
    } = this.#options
    let final = false
    const options = {
      minReconnectionDelay: 1000 + Math.random() * 4000,
      ...this.#options,
      startClosed,
      // The socket also passes addresses and data, in which tokens are.
      // biome-ignore lint/suspicious/noConsole: the application asked for it with `debug`.
      debugLogger: (_: string, what: string) => (debugLogger ?? console.log)("dcrf-client:", what),
      shouldReconnectOnClose: (event: Untyped) => {
        final = shouldReconnectOnClose?.(event) === false
        const goesOn = !final
        final ||= socket.retryCount >= maxRetries
        return goesOn
      },
    }
    const address = async (): Promise<string> => {
      try {
        options.WebSocket ??= globalThis.WebSocket ?? (await installedWebSocket())
        return typeof this.#url === "function" ? await this.#url() : this.#url
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause))
        if (this.socket === socket && (!options.WebSocket || socket.retryCount >= maxRetries)) {
          this.disconnect()
          this.#emit("close", { reason: error.message, final: true })
        }
        throw error
      }
    }
    const socket = new ReconnectingWebSocket(address, this.#protocols, options)
    this.socket = socket
    socket.onopen = (event) => {
      this.#emit("open", event)
      this.#emit(this.#hasConnected ? "reconnect" : "connect", event)
      this.#hasConnected = true
    }
    socket.onmessage = (event) => this.#emit("message", event)
    socket.onerror = (event) => this.#emit("error", event)
    socket.onclose = ({ code, reason }) => {
      this.#emit("close", { code, reason, final })
    }
  }

  #emit(event: TransportEvent, argument: unknown): void {
    for (const listener of this.#listeners[event] ?? []) listener(argument)
  }
}

/** That of the package `ws`. Its name is a variable, so that no bundler looks for it. */
async function installedWebSocket(name = "ws"): Promise<WebSocketClass> {
  try {
    const module = await import(
      /* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name
    )
    return module.default
  } catch {
    throw new Error("There is no WebSocket here: npm install ws, or pass websocket: { WebSocket }")
  }
}
