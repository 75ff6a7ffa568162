import type { EngineConfigInput } from "@instant-ws/engine"
import type { EmbeddedEngine } from "../settings.js"

type Limits = NonNullable<NonNullable<EngineConfigInput["client"]>["limits"]>

/**
 * What every channel keeps, so that a client which was away gets what it missed, and who is in it, for
 * those who may see it.
 */
const kept = {
  history_size: 100,
  history_ttl: "600s",
  force_recovery: true,
  allow_history_for_subscriber: true,
  presence: true,
  join_leave: true,
  allow_presence_for_subscriber: true,
} as const

/** Operations a second of each connection; a user has four times as many. */
const mostOfConnection = {
  // A page may subscribe to its 128 channels (client.channel_limit) and renew all their tokens at once.
  subscribe: 256,
  // A pointer that is drawn with each frame of a fast screen.
  publish: 256,
  // History, presence and its counts of 128 channels. Few clients ask a second time by themselves.
  history: 384,
  rpc: 256,
} as const

/**
 * The engine's configuration for an installation: its keys, history, recovery and presence on every channel,
 * limits that no honest page reaches, and nobody subscribes without a token; with the site's own configuration
 * laid over it.
 */
export function engineConfig(
  { secrets, config, history }: EmbeddedEngine,
  allowedOrigins: readonly string[],
): EngineConfigInput {
  const { broker, client, channel, http_api, health } = config
  return {
    ...config,
    client: {
      allowed_origins: [...allowedOrigins],
      ...client,
      token: { hmac_secret_key: secrets.tokenKey, ...client?.token },
      limits: limits(client?.limits),
    },
    channel: {
      ...channel,
      without_namespace: { ...kept, ...channel?.without_namespace },
      namespaces: (channel?.namespaces ?? []).map((namespace) => ({ ...kept, ...namespace })),
    },
    http_api: { key: secrets.apiKey, ...http_api },
    health: { enabled: true, ...health },
    ...(broker === undefined && history !== undefined && { broker: onDisk(history) }),
  }
}

function onDisk(path: string) {
  return { enabled: true, type: "disk", disk: { path } } as const
}

function limits(own: Limits = {}): Limits {
  const of = (operation: keyof Limits) => {
    const most = mostOfConnection[operation]
    // Eight tabs that come back at once, each to 128 channels.
    return { per_connection: most, per_user: 4 * most, ...own[operation] }
  }
  return {
    subscribe: of("subscribe"),
    publish: of("publish"),
    history: of("history"),
    rpc: of("rpc"),
  }
}
