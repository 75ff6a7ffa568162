import { setTimeout } from "node:timers/promises"
import { signConnectionToken } from "@instant-ws/engine"
import { channelName } from "../channels.js"
import { RecoveringClient } from "../load/recovering-client.js"

/** What visitors have done, and what became of it. */
export interface Counts {
  visitors: number
  publishes: number
  publications: number
  refreshes: number
  cuts: number
  recovered: number
  unrecovered: number
  /** Connections that the server ended, as their token had expired. */
  expired: number
  /** Visitors whom the server refused, or whose connection it ended for any other reason. */
  failures: number
}

/** Where visitors go. */
export interface VisitOptions {
  readonly port: number
  /** Signs their tokens. */
  readonly secret: string
  readonly channels: number
  readonly counts: Counts
  /** When all have to go, by `performance.now()`. */
  readonly end: number
  onFailure(reason: string): void
}

/** Seconds that a token is good for, at least and at most. */
const TOKEN_SECONDS = { least: 2, most: 20 }
/** The pause between two deeds, in milliseconds, at most. */
const PAUSE = 2_000
/** Of the deeds of a visitor. */
const SHARES = { publish: 0.5, refresh: 0.2, cut: 0.2 }

/**
 * One who comes, subscribes, and then at random publishes, refreshes the token, loses the connection
 * and comes back, until the token has expired, it goes for good, or all
 * have to go.
 */
export async function visit(options: VisitOptions): Promise<void> {
  const { port, secret, channels, counts, end } = options
  const user = `user-${Math.floor(Math.random() * 1e6)}`
  const newToken = (): Promise<string> => {
    const { least, most } = TOKEN_SECONDS
    const exp = Math.floor(Date.now() / 1000 + least + Math.random() * (most - least))
    return signConnectionToken({ sub: user, exp }, secret)
  }
  const channel = channelName(Math.floor(Math.random() * channels))
  let lost: string | undefined
  const client = new RecoveringClient({
    port,
    channel,
    token: await newToken(),
    onData() {
      counts.publications++
    },
    onLost(reason) {
      lost = reason
    },
  })
  counts.visitors++
  try {
    await client.open()
    for (let id = 3; performance.now() < end; id++) {
      await setTimeout(Math.random() * PAUSE)
      if (lost !== undefined) {
        if (!lost.includes("expired")) throw new Error(lost)
        counts.expired++
        break
      }
      const deed = Math.random()
      if (deed < SHARES.publish) {
        client.send({ id, publish: { channel, data: { text: "x".repeat(100 * Math.random()) } } })
        counts.publishes++
      } else if (deed < SHARES.publish + SHARES.refresh) {
        client.send({ id, refresh: { token: await newToken() } })
        counts.refreshes++
      } else if (deed < SHARES.publish + SHARES.refresh + SHARES.cut) {
        client.cut()
        counts.cuts++
        client.token = await newToken()
        await client.open()
      } else break
    }
  } catch (error) {
    counts.failures++
    options.onFailure(error instanceof Error ? error.message : String(error))
  } finally {
    client.cut()
    counts.recovered += client.returns.recovered
    counts.unrecovered += client.returns.unrecovered
  }
}
