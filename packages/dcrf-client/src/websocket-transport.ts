import ReconnectingWebSocket from "partysocket/ws"
import type { Provider, WebSocketClass, WebsocketOptions } from "./client-options.js"
import type { Transport, TransportEvent } from "./replaceable-parts.js"
import type { Untyped } from "./rows.js"

/** What a sub-protocol may be: a token of HTTP. */
const PROTOCOL = /^[\w!#$%&'*+.^`|~-]+$/

/** A WebSocket that reconnects: the transport unless another is given. */
export class WebsocketTransport implements Transport {
  /** The socket of now; undefined before `connect()` and after `disconnect()`. */
  socket: ReconnectingWebSocket | undefined
  readonly #url: Provider<string>
  readonly #options: WebsocketOptions
  readonly #protocols: Provider<string | string[] | null>
  readonly #listeners: [TransportEvent, (event: Untyped) => void][] = []
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

  on(event: TransportEvent, listener: (event: Untyped) => void): void {
    this.#listeners.push([event, listener])
  }

  connect(): boolean {
    if (this.socket) return false
    this.#open(this.#options.startClosed)
    return true
  }

  disconnect(): boolean {
    const { socket } = this
    this.socket = undefined
    this.#stopWatching()
    socket?.close()
    return socket !== undefined
  }

  /** Opens another socket, for the one at hand may be waiting for its next attempt. */
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

  #open(startClosed = false): void {
    const { maxRetries = Infinity, shouldReconnectOnClose, debugLogger } = this.#options
    let final = false
    let wasClosed = false
    const options: Untyped = {
      minReconnectionDelay: 1000 + Math.random() * 4000,
      ...this.#options,
      startClosed,
      // Not the address and the data, in which tokens are.
      // biome-ignore lint/suspicious/noConsole: the application asked for it with `debug`.
      debugLogger: (_: string, what: string) => (debugLogger ?? console.log)("dcrf-client:", what),
      shouldReconnectOnClose(event: Untyped) {
        const goesOn = shouldReconnectOnClose?.(event) ?? true
        final = !goesOn || socket.retryCount >= maxRetries
        return goesOn
      },
    }
    const address = async (): Promise<string> => {
      options.WebSocket ??= globalThis.WebSocket ?? (await installedWebSocket())
      const url = await given(this.#url)
      // Platforms quote what they can't read, and there may be a token in it.
      if (URL.canParse(url, globalThis.location?.href)) return url
      throw new Error("The address is malformed")
    }
    const protocols = async () => {
      const names = await given(this.#protocols)
      if ([names ?? []].flat().every((name) => PROTOCOL.test(name))) return names
      throw new Error("A sub-protocol has other characters than a token of HTTP may have")
    }
    const socket = new ReconnectingWebSocket(address, protocols, options)
    const tell = (event: TransportEvent, argument: Untyped): void => {
      if (this.socket !== socket) return
      if (argument.final) this.#stopWatching()
      this.#emit(event, argument)
    }
    this.socket = socket
    if (!startClosed) globalThis.addEventListener?.("online", this.#hurry)
    socket.onmessage = (event) => tell("message", event)
    socket.onerror = (event) => {
      tell("error", event)
      // While there was no socket at all, nobody else tells that this was the last attempt.
      if (wasClosed || (options.WebSocket && socket.retryCount < maxRetries)) return
      tell("close", { reason: event.message, final: true })
      socket.close()
    }
    socket.onclose = ({ code, reason }) => {
      wasClosed = true
      tell("close", { code, reason, final })
    }
    socket.onopen = (event) => {
      tell("open", event)
      tell(this.#hasConnected ? "reconnect" : "connect", event)
      this.#hasConnected = true
    }
  }

  /** There is a network again: the next attempt may be far off. */
  readonly #hurry = (): void => {
    if (!this.isConnected()) this.reconnect()
  }

  #stopWatching(): void {
    globalThis.removeEventListener?.("online", this.#hurry)
  }

  #emit(event: TransportEvent, argument: Untyped): void {
    for (const [name, listener] of this.#listeners) if (name === event) listener(argument)
  }
}

/** What there is, or is given when it is asked for. */
async function given<T extends string | string[] | null>(provider: Provider<T>): Promise<T> {
  return typeof provider === "function" ? provider() : provider
}

/** That of the package `ws`. Its name is a variable, so that no bundler looks for it. */
async function installedWebSocket(name = "ws"): Promise<WebSocketClass> {
  try {
    return (
      await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name)
    ).default
  } catch {
    throw new Error("There is no WebSocket: npm install ws, or pass websocket: { WebSocket }")
  }
}
