import { Centrifuge } from "centrifuge"
import { WebSocket } from "ws"
import { Arrivals } from "../../../packages/engine/test/conformance/arrivals.js"
import { connectionToken } from "../../../packages/engine/test/running-engine.js"
import { withDeadline } from "../../with-deadline.js"
import type { ServedEngine } from "../served-engine.js"
import { sumOf, type Verdict, verdictOn } from "../verdict.js"
import type { Acknowledged } from "./storm.js"

/** How a subscription came back. */
export interface Return {
  readonly channel: string
  readonly recovered: boolean
  readonly epoch: string | undefined
}

/** How long subscribers may take to get what they miss, in milliseconds. */
const DEADLINE = 15_000

/** Stock clients that are subscribed with recovery, and all that they are told. */
export class Following implements AsyncDisposable {
  readonly #clients: Centrifuge[] = []
  readonly #channels: readonly string[]
  /** What each client received, as texts of channel, offset and id. */
  #received: string[][] = []
  readonly #returns = new Arrivals<Return>()
  readonly #arrivals = new Arrivals<never>()

  constructor(channels: readonly string[]) {
    this.#channels = channels
  }

  /** So many clients, each subscribed to all of the channels. */
  static async start(
    engine: ServedEngine,
    channels: readonly string[],
    clients: number,
  ): Promise<Following> {
    const following = new Following(channels)
    for (let index = 0; index < clients; index++) await following.#join(engine, index)
    return following
  }

  /** How subscriptions came back, in order. */
  get returns(): readonly Return[] {
    return this.#returns.waiting
  }

  /** Waits until so many subscriptions have come back, or the time is up. */
  async returned(count: number): Promise<void> {
    await this.#returns.until(() => this.returns.length >= count, DEADLINE)
  }

  /** Waits until every client has got each channel's last publication, or the time is up. */
  async caughtUp(acknowledged: readonly Acknowledged[]): Promise<void> {
    const last = this.#channels.map((channel) => {
      const publication = acknowledged.findLast((each) => each.channel === channel)
      return publication === undefined ? "" : textOf(publication)
    })
    const hasAll = (received: readonly string[]) => last.every((text) => received.includes(text))
    await this.#arrivals.until(() => this.#received.every(hasAll), DEADLINE)
  }

  /** Forgets what was received. */
  forget(): void {
    this.#received = this.#received.map(() => [])
  }

  /** Holds what all of them received against what was acknowledged, channel by channel. */
  verdictOn(acknowledged: readonly Acknowledged[]): Verdict {
    const ofChannel = (texts: readonly string[], channel: string) =>
      texts.filter((text) => text.startsWith(`${channel} `))
    const sent = acknowledged.toSorted((a, b) => a.offset - b.offset).map(textOf)
    return sumOf(
      this.#received.flatMap((received) =>
        this.#channels.map((channel) =>
          verdictOn(ofChannel(received, channel), ofChannel(sent, channel)),
        ),
      ),
    )
  }

  async #join(engine: ServedEngine, index: number): Promise<void> {
    const client = new Centrifuge(engine.websocketUrl, {
      websocket: WebSocket,
      token: await connectionToken(`follower-${index}`),
      minReconnectDelay: 50,
      maxReconnectDelay: 200,
    })
    this.#clients.push(client)
    this.#received.push([])
    const subscriptions = this.#channels.map((channel) => {
      const subscription = client.newSubscription(channel)
      subscription.on("publication", ({ offset = 0, data }) => {
        this.#received[index]?.push(textOf({ channel, offset, id: data.id }))
        this.#arrivals.changed()
      })
      subscription.on("subscribed", ({ wasRecovering, recovered, streamPosition }) => {
        const epoch = streamPosition?.epoch
        if (wasRecovering) this.#returns.add({ channel, recovered, epoch })
      })
      subscription.subscribe()
      return subscription
    })
    client.connect()
    const ready = subscriptions.map((subscription) => subscription.ready())
    await withDeadline("the subscriptions", Promise.all(ready))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect()
  }
}

function textOf({ channel, offset, id }: Omit<Acknowledged, "epoch">): string {
  return `${channel} ${offset} ${id}`
}
