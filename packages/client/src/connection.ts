import { Centrifuge } from "centrifuge"
import type { WebSocketClass } from "#platform"
import { failureTeller } from "./failures.js"
import { createFeed } from "./feed.js"
import { InstantError } from "./instant-error.js"
import { watchLine } from "./line.js"
import type { Status } from "./status.js"
import { openSubscriptions, type SubscriptionsHost } from "./subscriptions.js"

/** The name under which handlers see what the server sends to this user alone. */
export const PERSONAL_CHANNEL = "@me"

/** How long to wait between two attempts, in milliseconds: growing at random from `min` to `max`. */
export interface ReconnectDelay {
  /** @default 500 */
  readonly min?: number
  /** @default 20,000 */
  readonly max?: number
}

/** Where a connection leads. */
export interface ConnectionOptions {
  readonly endpoint: string
  readonly websocket: WebSocketClass
  readonly delay: ReconnectDelay | undefined
}

/** To whom a connection belongs. */
export interface ConnectionHost extends SubscriptionsHost {
  /** Is called when it changes how the connection is. */
  become(status: Status, reason: string): void
}

/** What {@link createConnection} gives. */
export type Connection = ReturnType<typeof createConnection>

/** The connection of one user: a Centrifuge client with its subscriptions. */
export function createConnection(
  { endpoint, websocket, delay: { min = 500, max = 20_000 } = {} }: ConnectionOptions,
  host: ConnectionHost,
) {
  const { session, become, emit } = host
  const closing = new AbortController()
  const { signal } = closing
  const device = new EventTarget()
  const client = new Centrifuge(endpoint, {
    websocket,
    minReconnectDelay: min,
    maxReconnectDelay: max,
    networkEventTarget: device,
    getToken: () => session.connectionToken(),
  })
  const personal = createFeed(PERSONAL_CHANNEL, host)
  const { close, ...subscriptions } = openSubscriptions(client, { min, max }, host)
  let end: InstantError | undefined
  const connection = {
    ...subscriptions,
    client,
    /** The name at the server of what is for this user alone. */
    personalChannel: PERSONAL_CHANNEL,

    /**
     * Connects, and tries again until it is there.
     * @throws InstantError of kind `connection` when the server ends it for good, or after `timeout`
     * milliseconds; it is tried further then.
     */
    async open(timeout?: number): Promise<void> {
      end = undefined
      // One that was refused isn't offered again.
      if (client.state === "disconnected") client.setToken(session.tokens?.ws_token ?? "")
      client.connect()
      try {
        await client.ready(timeout)
      } catch {
        const text = `Not connected after ${timeout} ms; it is tried further`
        throw end ?? new InstantError("connection", text)
      }
    },

    /** Ends it all. */
    close(): void {
      closing.abort()
      client.disconnect()
      close()
    },
  }

  const probe = () => client.presenceStats(connection.personalChannel)
  watchLine(client, { device, signal, become, probe })
  client.on("disconnected", ({ code, reason }) => {
    const why = `${reason} (${code})`
    end = new InstantError("connection", `The connection ended: ${why}`, { code })
    if (signal.aborted) return
    become(code === 0 ? "idle" : "failed", why)
    // The server may have ended it because the user has logged out elsewhere.
    if (code !== 0) session.connectionToken().catch(() => {})
  })
  client.on("error", failureTeller(emit))
  // What the server has subscribed by itself is for this user alone.
  client.on("subscribed", (context) => {
    connection.personalChannel = context.channel
    personal.subscribed(context)
  })
  client.on("publication", personal.published)
  return connection
}
