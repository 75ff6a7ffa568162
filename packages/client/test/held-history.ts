import { WebSocket } from "ws"

interface Held {
  readonly socket: WebSocket
  readonly send: () => void
}

/** Holds back what asks for a history, until it is let go. */
export class HeldHistory {
  #held: readonly Held[] = []

  /** The WebSocket class whose requests are held. */
  readonly websocket: new (url: string) => WebSocket = (() => {
    const history = this
    return class extends WebSocket {
      override send(frame: string): void {
        const send = () => super.send(frame)
        if (frame.includes('"history"')) history.#held = [...history.#held, { socket: this, send }]
        else send()
      }
    }
  })()

  /** How many requests are held. */
  get count(): number {
    return this.#held.length
  }

  /** Sends what was held. */
  release(): void {
    for (const { send } of this.#held) send()
    this.#held = []
  }

  /** Ends the connections over which something was to be sent. */
  cut(): void {
    for (const { socket } of this.#held) socket.terminate()
    this.#held = []
  }
}
