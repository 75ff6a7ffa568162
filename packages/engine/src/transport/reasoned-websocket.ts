import { disconnects } from "@instant-ws/protocol"
import { type RawData, WebSocket } from "ws"

/** What a client is told that has broken the rules of websockets, by the code of the error of `ws`. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["WS_ERR_UNEXPECTED_RSV_1", "RSV1 set"],
  ["WS_ERR_EXPECTED_FIN", "FIN not set on control"],
  ["WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", "len > 125 for control"],
  ["WS_ERR_EXPECTED_MASK", "bad MASK"],
])

/** Whom a websocket tells what happens to it. */
export interface WebsocketListener {
  received(data: RawData): void
  pinged(data: Buffer): void
  broken(error: Error): void
  closed(): void
}

/**
 * A websocket that ends with a reason when its client breaks the rules. `ws` then closes it with a
 * code alone, and says only in the "error" that follows what was wrong: the close waits for that.
 */
export class ReasonedWebSocket extends WebSocket {
  #code: number | undefined
  #listener: WebsocketListener | undefined

  /** Tells one listener of all that happens, by functions that all websockets share. */
  tell(listener: WebsocketListener): void {
    this.#listener = listener
    this.on("message", onMessage).on("ping", onPing).on("error", onError).on("close", onClose)
  }

  get listener(): WebsocketListener | undefined {
    return this.#listener
  }

  override close(code?: number, reason?: string | Buffer): void {
    const isFault = code !== undefined && reason === undefined
    if (isFault && this.readyState === WebSocket.OPEN) this.#code = code
    else super.close(code, reason)
  }

  /**
   * Ends what `ws` wanted to close for this error; to be called whenever there is one.
   * @param tooBig The reason, should the error be a message of too many bytes.
   */
  closeFor(error: Error, tooBig: string): void {
    if (this.#code === undefined) return
    const cause = "code" in error ? error.code : undefined
    if (isOfZlib(cause)) super.close(disconnects.badRequest.code, disconnects.badRequest.reason)
    else if (cause === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") super.close(this.#code, tooBig)
    else super.close(this.#code, REASONS.get(cause) ?? "")
  }
}

/** Whether a message couldn't be inflated. */
function isOfZlib(code: unknown): boolean {
  return typeof code === "string" && code.startsWith("Z_")
}

/** Whom a socket, of which `ws` knows no more than that it is one of its own, has to tell. */
function listenerOf(websocket: WebSocket): WebsocketListener | undefined {
  return websocket instanceof ReasonedWebSocket ? websocket.listener : undefined
}

function onMessage(this: WebSocket, data: RawData): void {
  listenerOf(this)?.received(data)
}

function onPing(this: WebSocket, data: Buffer): void {
  listenerOf(this)?.pinged(data)
}

function onError(this: WebSocket, error: Error): void {
  listenerOf(this)?.broken(error)
}

function onClose(this: WebSocket): void {
  listenerOf(this)?.closed()
}
