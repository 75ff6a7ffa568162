import { z } from "zod"
import { PING_INTERVAL } from "./peer.js"

/** A configuration as both Instant and Centrifugo read it from a file. */
export const engineConfig = z.record(z.string(), z.unknown())
/** A configuration as both Instant and Centrifugo read it from a file. */
export type EngineConfigFile = z.infer<typeof engineConfig>

/** What a scenario asks of the servers that speak the Centrifuge protocol. */
export interface ConfigWishes {
  /** Of all channels: history, presence and so on. */
  readonly channel?: Readonly<Record<string, unknown>>
  /** Of the clients: tokens and so on. */
  readonly client?: Readonly<Record<string, unknown>>
}

/** The key that the HTTP API takes. */
export const API_KEY = "bench"

/** The configuration of a scenario: all that it doesn't ask for is the servers' default. */
export function configFor({ channel, client }: ConfigWishes): EngineConfigFile {
  return {
    client: {
      allow_anonymous_connect_without_token: true,
      ping_interval: `${PING_INTERVAL}ms`,
      // An overloaded step is to be measured and not cut off, as in servers whose queues have no bound.
      queue_max_size: 64 * 1024 * 1024,
      ...client,
    },
    channel: {
      without_namespace: {
        allow_subscribe_for_client: true,
        allow_subscribe_for_anonymous: true,
        ...channel,
      },
    },
    http_api: { key: API_KEY },
    health: { enabled: true },
    log: { level: "error" },
  }
}
