import type { Json, JsonObject } from "../json.js"

/** Options of channels in v3 that are none now. */
export const v3Options: ReadonlyMap<string, string> = new Map([
  ["protected", "the opposite of channel.without_namespace.allow_subscribe_for_client"],
  ["anonymous", "channel.without_namespace.allow_subscribe_for_anonymous"],
  ["publish", "channel.without_namespace.allow_publish_for_client"],
  ["subscribe_to_publish", "channel.without_namespace.allow_publish_for_subscriber"],
  [
    "presence_disable_for_client",
    "the opposite of channel.without_namespace.allow_presence_for_subscriber",
  ],
  [
    "history_disable_for_client",
    "the opposite of channel.without_namespace.allow_history_for_subscriber",
  ],
  ["position", "channel.without_namespace.force_positioning"],
  ["recover", "channel.without_namespace.force_recovery"],
])

/** The options of v6 that allow and keep what those of v3 did, which allowed what they didn't forbid. */
export function fromV3Options(options: JsonObject): JsonObject {
  const is = (name: string) => options[name] === true
  const isKept = Boolean(options.history_size) && Boolean(options.history_ttl)
  const canSubscribe = !is("protected")
  const canSeePresence = is("presence") && !is("presence_disable_for_client")
  const canReadHistory = isKept && !is("history_disable_for_client")
  return onlyTrue({
    allow_user_limited_channels: true,
    allow_subscribe_for_client: canSubscribe,
    allow_subscribe_for_anonymous: canSubscribe && is("anonymous"),
    allow_publish_for_client: is("publish") && !is("subscribe_to_publish"),
    allow_publish_for_subscriber: is("publish") && is("subscribe_to_publish"),
    allow_publish_for_anonymous: is("publish"),
    allow_presence_for_subscriber: canSeePresence,
    allow_presence_for_anonymous: canSeePresence,
    allow_history_for_subscriber: canReadHistory,
    allow_history_for_anonymous: canReadHistory,
    force_push_join_leave: is("join_leave"),
    force_positioning: is("position"),
    force_recovery: is("recover"),
  })
}

function onlyTrue(options: Readonly<Record<string, boolean>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value))
}
