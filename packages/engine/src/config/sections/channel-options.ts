import { z } from "zod"
import { choice, count, flag, list, pattern, seconds, text } from "../value-kinds.js"

/** The rules for what may be published. */
export const publicationDataFormat = choice(["json", "json_object", "binary"], "")

/** What the channels of a namespace allow and keep; the keys of `channel.without_namespace`. */
export const channelOptions = {
  /** Knows who is in the channel. */
  presence: flag,
  /** Publishes who comes and goes. */
  join_leave: flag,
  /** Sends joins and leaves also to who didn't ask for them. */
  force_push_join_leave: flag,

  /** The publications that are kept; 0 for none. Goes with `history_ttl`. */
  history_size: count(),
  /** How long they are kept, in milliseconds; 0 for not at all. */
  history_ttl: seconds(),
  /** How long offset and epoch are kept, in milliseconds; 0 for `channel.history_meta_ttl`. */
  history_meta_ttl: seconds(),
  /** Every subscriber has a position in the stream, and is told when something was lost. */
  force_positioning: flag,
  /** A subscriber may ask for a position. */
  allow_positioning: flag,
  /** Every subscriber that comes back gets what it missed. */
  force_recovery: flag,
  /** A subscriber may ask for what it missed. */
  allow_recovery: flag,
  /** What is recovered: all that was missed, or the latest publication. */
  force_recovery_mode: choice(["stream", "cache"], "stream"),
  /** Recovers at every subscribe, the first one too; goes with recovery in cache mode. */
  auto_cache_recover: flag,

  /** The deltas that a subscriber may ask for. */
  allowed_delta_types: list(z.literal("fossil", { error: '"fossil" is the only delta' })),
  /** Every publication may leave as a delta, also when the publisher didn't ask. */
  delta_publish: flag,
  /** A subscriber may ask for publications with certain tags only. */
  allow_tags_filter: flag,

  /** Anonymous clients may subscribe. */
  allow_subscribe_for_anonymous: flag,
  /** Users may subscribe. */
  allow_subscribe_for_client: flag,
  /** Anonymous clients may publish where users may. */
  allow_publish_for_anonymous: flag,
  /** Subscribers may publish. */
  allow_publish_for_subscriber: flag,
  /** Users may publish. */
  allow_publish_for_client: flag,
  /** Anonymous clients may see who is there where users may. */
  allow_presence_for_anonymous: flag,
  /** Subscribers may see who is there. */
  allow_presence_for_subscriber: flag,
  /** Users may see who is there. */
  allow_presence_for_client: flag,
  /** Anonymous clients may read history where users may. */
  allow_history_for_anonymous: flag,
  /** Subscribers may read history. */
  allow_history_for_subscriber: flag,
  /** Users may read history. */
  allow_history_for_client: flag,
  /** Names like `x#1,2` say which users may subscribe. */
  allow_user_limited_channels: flag,

  /** A pattern for what comes after the namespace in a channel's name. */
  channel_regex: pattern,
  /** What may be published; empty for `channel.publication_data_format`. */
  publication_data_format: publicationDataFormat,

  /** The backend is asked whether a client may subscribe. */
  subscribe_proxy_enabled: flag,
  /** Which proxy asks it; `default` is `channel.proxy.subscribe`. */
  subscribe_proxy_name: text("default"),
  /** The backend is asked whether a client may publish. */
  publish_proxy_enabled: flag,
  /** Which proxy asks it; `default` is `channel.proxy.publish`. */
  publish_proxy_name: text("default"),
  /** The backend is asked whether a subscription goes on. */
  sub_refresh_proxy_enabled: flag,
  /** Which proxy asks it; `default` is `channel.proxy.sub_refresh`. */
  sub_refresh_proxy_name: text("default"),
}
