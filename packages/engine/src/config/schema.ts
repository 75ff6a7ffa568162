import { z } from "zod"
import { duration } from "./duration.js"

const flag = z.boolean().default(false)
const count = (value: number) => z.int().min(0).default(value)

/** What the channels of a namespace allow and keep; the keys of `channel.without_namespace`. */
const channelOptions = {
  history_size: count(0),
  history_ttl: duration.default(0),
  history_meta_ttl: duration.default(0),
  force_positioning: flag,
  allow_positioning: flag,
  force_recovery: flag,
  allow_recovery: flag,
  allow_subscribe_for_anonymous: flag,
  allow_subscribe_for_client: flag,
  allow_publish_for_anonymous: flag,
  allow_publish_for_subscriber: flag,
  allow_publish_for_client: flag,
  allow_history_for_anonymous: flag,
  allow_history_for_subscriber: flag,
  allow_history_for_client: flag,
  allow_user_limited_channels: flag,
}

const channel = z.strictObject({
  without_namespace: z.strictObject(channelOptions).prefault({}),
  namespaces: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[-a-zA-Z0-9_.]{2,}$/, {
          error: "a namespace has a name of at least 2 letters, digits, - _ or .",
        }),
        ...channelOptions,
      }),
    )
    .default([])
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
      error: "two namespaces have the same name",
    }),
  history_meta_ttl: duration.prefault("720h0m0s"),
  max_length: z.int().min(1).default(255),
  /** Empty means `$` too, as in Centrifugo. */
  private_prefix: z.string().default("$"),
  namespace_boundary: z.string().default(":"),
  user_boundary: z.string().default("#"),
  user_separator: z.string().default(","),
})

const client = z
  .strictObject({
    allowed_origins: z.array(z.string()).nullable().default([]),
    token: z.strictObject({ hmac_secret_key: z.string().default("") }).prefault({}),
    allow_anonymous_connect_without_token: flag,
    disallow_anonymous_connection_tokens: flag,
    ping_interval: duration.prefault("25s"),
    pong_timeout: duration.prefault("8s"),
    expired_close_delay: duration.prefault("25s"),
    expired_sub_close_delay: duration.prefault("25s"),
    stale_close_delay: duration.prefault("10s"),
    channel_limit: count(128),
    queue_max_size: count(1_048_576),
    /** Ours: the longest that a message waits for company under load. */
    write_delay: duration.prefault("10ms"),
    presence_update_interval: duration.prefault("27s"),
    history_max_publication_limit: count(300),
    recovery_max_publication_limit: count(300),
    insecure: flag,
  })
  .refine(({ ping_interval, pong_timeout }) => ping_interval <= 0 || ping_interval > pong_timeout, {
    error: "ping_interval must be longer than pong_timeout",
  })

/** The keys of Centrifugo's v6 layout that this engine has, with Centrifugo's defaults. */
export const configSchema = z.strictObject({
  client: client.prefault({}),
  channel: channel.prefault({}),
  http_api: z
    .strictObject({
      disabled: flag,
      handler_prefix: z.string().default("/api"),
      key: z.string().default(""),
      insecure: flag,
    })
    .prefault({}),
  websocket: z
    .strictObject({
      disabled: flag,
      handler_prefix: z.string().default("/connection/websocket"),
      message_size_limit: count(65_536),
    })
    .prefault({}),
  health: z
    .strictObject({ enabled: flag, handler_prefix: z.string().default("/health") })
    .prefault({}),
  node: z.strictObject({ name: z.string().default("") }).prefault({}),
  shutdown: z.strictObject({ timeout: duration.prefault("30s") }).prefault({}),
})

/** A configuration as it is written: any part of Centrifugo's v6 layout that this engine has. */
export type EngineConfigInput = z.input<typeof configSchema>
/** A configuration that was checked, whole: durations in milliseconds. */
export type EngineConfig = z.output<typeof configSchema>
