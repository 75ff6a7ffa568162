import type { EngineConfigInput } from "@instant-ws/engine"
import type { Settings } from "./options.js"

/** What every channel keeps, so that a client which was away gets what it missed. */
const history = { history_size: 100, history_ttl: "600s", force_recovery: true } as const

/**
 * The engine's configuration for an installation: its keys, history and recovery on every channel,
 * and nobody subscribes without a token; with the site's own configuration laid over it.
 */
export function engineConfig({
  secrets,
  allowedOrigins,
  engine = {},
}: Settings): EngineConfigInput {
  const { client, channel, http_api, health } = engine
  return {
    ...engine,
    client: {
      allowed_origins: allowedOrigins,
      ...client,
      token: { hmac_secret_key: secrets.tokenKey, ...client?.token },
    },
    channel: {
      ...channel,
      without_namespace: { ...history, ...channel?.without_namespace },
      namespaces: (channel?.namespaces ?? []).map((namespace) => ({ ...history, ...namespace })),
    },
    http_api: { key: secrets.apiKey, ...http_api },
    health: { enabled: true, ...health },
  }
}
