import { Centrifuge } from "centrifuge"
import { WebSocket } from "ws"
import { Arrivals } from "../../../packages/engine/test/conformance/arrivals.js"
import { connectionToken } from "../../../packages/engine/test/running-engine.js"
import { withDeadline } from "../../with-deadline.js"
import { sumOf, type Verdict, verdictOn } from "../verdict.js"

/** An event that somebody got, or that was accepted. */
export interface SiteEvent {
  readonly channel: string
  /** What it is for, who published it, and its number. */
  readonly message: string
}

/** How long a last event may take, in milliseconds. */
const DEADLINE = 10_000

/** A stock client that is subscribed with recovery, and all that it got. */
export class Reader implements Disposable {
  readonly #client: Centrifuge
  readonly #received = new Arrivals<SiteEvent>()

  constructor(client: Centrifuge) {
    this.#client = client
  }

  static async start(websocketUrl: string, channels: readonly string[]): Promise<Reader> {
    const client = new Centrifuge(websocketUrl, {
      websocket: WebSocket,
      token: await connectionToken("reader"),
      minReconnectDelay: 20,
      maxReconnectDelay: 100,
    })
    const reader = new Reader(client)
    const subscriptions = channels.map((channel) => {
      const subscription = client.newSubscription(channel)
      subscription.on("publication", ({ data }) =>
        reader.#received.add({ channel, message: data.message }),
      )
      subscription.subscribe()
      return subscription
    })
    client.connect()
    const ready = subscriptions.map((subscription) => subscription.ready())
    await withDeadline("the subscriptions", Promise.all(ready))
    return reader
  }

  /** Waits until it has got as many events as were accepted, or the time is up. */
  async caughtUp(count: number): Promise<void> {
    await this.#received.until(() => this.#received.waiting.length >= count, DEADLINE)
  }

  /** Holds what it got against what was accepted, in its order: of each publisher in each channel. */
  verdictOn(accepted: readonly SiteEvent[]): Verdict {
    const [received, sent] = [byOrigin(this.#received.waiting), byOrigin(accepted)]
    const origins = new Set([...received.keys(), ...sent.keys()])
    return sumOf(
      [...origins].map((origin) => {
        const verdict = verdictOn(received.get(origin) ?? [], sent.get(origin) ?? [])
        // They are delivered in the order of their times.
        return origin.includes(" scheduled ") ? { ...verdict, disordered: 0 } : verdict
      }),
    )
  }

  [Symbol.dispose](): void {
    this.#client.disconnect()
  }
}

/** The messages of each publisher in each channel. */
function byOrigin(events: readonly SiteEvent[]): ReadonlyMap<string, readonly string[]> {
  const origins = new Map<string, string[]>()
  for (const { channel, message } of events) {
    const origin = `${channel} ${message.slice(0, message.lastIndexOf(" "))} `
    const messages = origins.get(origin) ?? []
    origins.set(origin, messages)
    messages.push(message)
  }
  return origins
}
