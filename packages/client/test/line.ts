import { WebSocket } from "ws"

/** A line between client and server that can be cut and mended. */
export class Line {
  #isCut = false
  readonly #sockets = new Set<WebSocket>()

  /** The WebSocket class that runs over this line. */
  readonly websocket: new (url: string) => WebSocket = (() => {
    const line = this
    return class extends WebSocket {
      constructor(url: string) {
        // Nothing listens on port 1.
        super(line.#isCut ? "ws://127.0.0.1:1" : url)
        line.#sockets.add(this)
        this.on("close", () => line.#sockets.delete(this))
      }
    }
  })()

  /** Ends what runs over the line; nothing new gets through until {@link mend}. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.terminate()
  }

  mend(): void {
    this.#isCut = false
  }
}
