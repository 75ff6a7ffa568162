import type { Centrifuge } from "centrifuge"
import type { Status } from "djangoinstant"
import { Feed } from "../../feed.js"
import { Store } from "../../store.js"
import type { AdminApi } from "../api/admin-api.js"
import { reasonOf } from "../api/admin-error.js"
import { ChannelEvent } from "./channel-event.js"

/** How many events are kept to look at. */
export const KEPT_EVENTS = 500

/** The events of one channel as they come, by a stock client of the engine. */
export class LiveStream {
  readonly feed = new Feed<ChannelEvent>(KEPT_EVENTS)
  readonly state = new Store<Status>("connecting")
  /** Why there is no stream; undefined when there is one. */
  readonly problem = new Store<string | undefined>(undefined)
  readonly #api: AdminApi
  readonly #channel: string
  readonly #url: string
  #client: Centrifuge | undefined
  #isClosed = false

  /** @param websocketUrl where the engine is, as `wss://host`; this host without */
  constructor(api: AdminApi, channel: string, websocketUrl: string | undefined) {
    this.#api = api
    this.#channel = channel
    const host = websocketUrl ?? location.origin.replace(/^http/, "ws")
    this.#url = host.replace(/\/*(\/connection\/websocket\/*)?$/, "/connection/websocket")
  }

  /** Begins to follow the channel. Never rejects: `problem` tells. */
  async open(): Promise<void> {
    this.problem.set(undefined)
    try {
      const [{ Centrifuge }, tokens] = await Promise.all([
        import("centrifuge"),
        this.#api.streamTokens(this.#channel),
      ])
      if (this.#isClosed) return
      this.#client = new Centrifuge(this.#url, {
        token: tokens.connectionToken,
        getToken: async () => (await this.#api.streamTokens(this.#channel)).connectionToken,
      })
      this.#follow(this.#client, tokens.token)
    } catch (error) {
      this.#fail(reasonOf(error))
    }
  }

  close(): void {
    this.#isClosed = true
    this.#client?.disconnect()
  }

  #follow(client: Centrifuge, token: string): void {
    const subscription = client.newSubscription(this.#channel, {
      token,
      getToken: async () => (await this.#api.streamTokens(this.#channel)).token,
    })
    subscription.on("publication", ({ data, offset }) =>
      this.feed.add(new ChannelEvent(data, offset)),
    )
    subscription.on("subscribed", () => this.state.set("connected"))
    subscription.on("unsubscribed", ({ reason }) => this.#fail(`The stream has ended: ${reason}.`))
    client.on("connecting", ({ code }) =>
      this.state.set(code === 0 ? "connecting" : "reconnecting"),
    )
    client.on("disconnected", ({ reason }) => this.#fail(`The stream has ended: ${reason}.`))
    subscription.subscribe()
    client.connect()
  }

  #fail(reason: string): void {
    if (this.#isClosed) return
    this.#client?.disconnect()
    this.#client = undefined
    this.state.set("failed")
    this.problem.set(reason)
  }
}
