import { z } from "zod"
import { code, count, duration, flag, limit, list, text, texts } from "../value-kinds.js"
import { limits } from "./limits.js"
import { disconnect, proxyOptions } from "./proxy.js"
import { tokenOptions } from "./token.js"

const switchedProxy = z.strictObject({ enabled: flag, ...proxyOptions }).prefault({})

/** Who may connect, and what a connection may do. */
export const client = z
  .strictObject({
    /** The backend is asked who connects, and whether a connection goes on. */
    proxy: z.strictObject({ connect: switchedProxy, refresh: switchedProxy }).prefault({}),
    /** The pages that may connect: origins, in which `*` stands for any text. */
    allowed_origins: texts,
    /** How connection tokens are verified, and subscription tokens too. */
    token: z.strictObject(tokenOptions).prefault({}),
    /** How subscription tokens are verified, if otherwise. */
    subscription_token: z.strictObject({ enabled: flag, ...tokenOptions }).prefault({}),
    /** Who brings no token is an anonymous client. */
    allow_anonymous_connect_without_token: flag,
    /** A token must name a user. */
    disallow_anonymous_connection_tokens: flag,

    /** How often clients are pinged, in milliseconds; negative for never. */
    ping_interval: duration("25s"),
    /** How long a pong may take, in milliseconds; negative for as long as it likes. */
    pong_timeout: duration("8s"),
    /** How long a connection lives on when it should have been refreshed, in milliseconds. */
    expired_close_delay: duration("25s"),
    /** How long a subscription lives on when it should have been refreshed, in milliseconds. */
    expired_sub_close_delay: duration("25s"),
    /** How long a connection may be silent before it connects, in milliseconds. */
    stale_close_delay: duration("10s"),

    /** The channels of a connection; negative for no limit. */
    channel_limit: limit(128),
    /** What may wait for a slow client, in bytes. */
    queue_max_size: count(1_048_576),
    /** Ours: the longest that a message waits for company under load, in milliseconds; `"0s"` never. */
    write_delay: duration().prefault("10ms"),
    /** How often a connection says that it is still there, in milliseconds. */
    presence_update_interval: duration("27s"),
    /** Commands of a connection that are carried out at once; 0 for one after the other. */
    concurrency: count(),
    /** How often a subscriber's position is compared with the stream's, in milliseconds. */
    channel_position_check_delay: duration("40s"),
    /** Nothing lags behind within one process: any value is taken. */
    channel_position_max_time_lag: duration(),
    /** Connections altogether; 0 for no limit. */
    connection_limit: count(),
    /** Connections of one user; 0 for no limit. */
    user_connection_limit: count(),
    /** New connections a second; 0 for no limit. */
    connection_rate_limit: count(),
    limits,
    /** Tells the time in the connect reply. */
    connect_include_server_time: flag,
    /** Publications of one history reply; negative for no limit. */
    history_max_publication_limit: limit(300),
    /** Publications that are recovered; negative for no limit. */
    recovery_max_publication_limit: limit(300),

    /** Takes tokens whatever their signature. */
    insecure_skip_token_signature_verify: flag,
    /** A header that holds the user's id, set by a proxy in front that is trusted. */
    user_id_http_header: text(),
    /** Everybody may connect and subscribe. */
    insecure: flag,

    subscribe_to_user_personal_channel: z
      .strictObject({
        /** Every user's connection is subscribed to a channel of that user. */
        enabled: flag,
        /** The namespace of those channels; empty for none. */
        personal_channel_namespace: text(),
        /** A new connection of a user ends the one before. */
        single_connection: flag,
      })
      .prefault({}),
    connect_code_to_unidirectional_disconnect: z
      .strictObject({
        /** Errors of connect reach unidirectional clients as the disconnects below. */
        enabled: flag,
        transforms: list(z.strictObject({ code: code(), to: disconnect })),
      })
      .prefault({}),
  })
  .prefault({})
