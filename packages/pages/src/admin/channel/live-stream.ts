import type { Status } from "djangoinstant"
import { Feed } from "../../feed.js"
import { Store } from "../../store.js"
import type { AdminApi } from "../api/admin-api.js"
import { reasonOf } from "../api/admin-error.js"
import { ChannelEvent } from "./channel-event.js"
import type { EngineLine } from "./engine-line.js"

/** How many events are kept to look at. */
export const KEPT_EVENTS = 500

/** The events of one channel as they come. */
export class LiveStream {
  readonly feed = new Feed<ChannelEvent>(KEPT_EVENTS)
  readonly state = new Store<Status>("connecting")
  /** Why there is no stream; undefined when there is one. */
  readonly problem = new Store<string | undefined>(undefined)
  readonly #api: AdminApi
  readonly #channel: string
  readonly #url: string
  #line: EngineLine | undefined
  #isClosed = false

  /** @param websocketUrl where the engine is, as `wss://host`; this host without */
  constructor(api: AdminApi, channel: string, websocketUrl: string | undefined) {
    this.#api = api
    this.#channel = channel
    const host = websocketUrl ?? location.origin.replace(/^http/, "ws")
    this.#url = host.replace(/\/*(\/connection\/websocket\/*)?$/, "/connection/websocket")
  }

  /** Follows the channel until it is closed. Never rejects: `problem` tells. */
  async open(): Promise<void> {
    this.problem.set(undefined)
    this.state.set("connecting")
    const getTokens = () => this.#api.streamTokens(this.#channel)
    try {
      const [{ EngineLine }, tokens] = await Promise.all([import("./engine-line.js"), getTokens()])
      if (this.#isClosed) return
      this.#line = new EngineLine({
        url: this.#url,
        channel: this.#channel,
        getTokens,
        hear: ({ data, offset }) => this.feed.add(new ChannelEvent(data, offset)),
        tell: (state) => this.state.set(state),
      })
      await this.#line.follow(tokens)
    } catch (error) {
      this.#fail(reasonOf(error))
    }
  }

  close(): void {
    this.#isClosed = true
    this.#line?.close()
  }

  #fail(reason: string): void {
    if (this.#isClosed) return
    this.state.set("failed")
    this.problem.set(reason)
  }
}
