import { Centrifuge, type Subscription } from "centrifuge"
import { WebSocket } from "ws"
import { type Listener, type ListenerOptions, noMishaps } from "./listener.js"

/** The stock client as it comes, with its own waits between tries. */
export class StockListener implements Listener {
  readonly channel: string
  readonly received: number[] = []
  readonly mishaps = noMishaps()
  readonly #client: Centrifuge
  readonly #subscription: Subscription
  #websocket: WebSocket | undefined

  constructor({ port, token, channel, onDelivery }: ListenerOptions) {
    this.channel = channel
    const keep = (websocket: WebSocket): void => {
      this.#websocket = websocket
    }
    this.#client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, {
      token,
      websocket: class extends WebSocket {
        constructor(url: string, protocols: string | string[]) {
          super(url, protocols)
          keep(this)
        }
      },
    })
    this.#client.on("error", () => {
      this.mishaps.failed++
    })
    this.#subscription = this.#client.newSubscription(channel)
    this.#subscription.on("publication", ({ data: { n, at } }) => {
      this.received.push(n)
      onDelivery(at)
    })
    this.#subscription.on("subscribed", ({ wasRecovering, recovered }) => {
      if (wasRecovering && !recovered) this.mishaps.unrecovered++
    })
    this.#subscription.on("unsubscribed", () => {
      this.mishaps.lost++
    })
    this.#subscription.subscribe()
  }

  get isSubscribed(): boolean {
    return this.#subscription.state === "subscribed"
  }

  come(): Promise<void> {
    this.#client.connect()
    return this.#subscription.ready()
  }

  leave(): void {
    this.#websocket?.terminate()
    this.#client.disconnect()
  }

  comeBack(): Promise<void> {
    const subscribed = new Promise<void>((resolve) => {
      this.#subscription.once("subscribed", () => resolve())
    })
    this.#websocket?.terminate()
    return subscribed
  }
}
