import type { Expression, ExpressionBuilder, SqlBool } from "kysely"
import type { InstantUser } from "../accounts/user.js"
import type { Schema } from "../database/schema.js"
import type { ChannelLevel } from "./level.js"

/** The levels that somebody reaches by what they are; null is an anonymous visitor. */
export function reachedLevels(user: InstantUser | null): readonly ChannelLevel[] {
  if (user === null) return ["public"]
  return [
    "public",
    "users",
    ...(user.staff ? (["staff"] as const) : []),
    ...(user.superuser ? (["superuser"] as const) : []),
  ]
}

type Channels = ExpressionBuilder<Schema, "instant_channel">

/** The condition for the channels that somebody may see: active, and of their level or their group. */
export function mayBeSeenBy(user: InstantUser | null): (channels: Channels) => Expression<SqlBool> {
  return (channels) => {
    const isReached = channels("instant_channel.level", "in", reachedLevels(user))
    const groups = user?.groups ?? []
    return channels.and([
      channels("instant_channel.is_active", "=", 1),
      groups.length === 0 ? isReached : channels.or([isReached, isOfGroup(channels, groups)]),
    ])
  }
}

function isOfGroup(channels: Channels, groups: readonly string[]): Expression<SqlBool> {
  return channels.exists(
    channels
      .selectFrom("instant_channel_group")
      .innerJoin("instant_group", "instant_group.id", "instant_channel_group.group_id")
      .select("instant_group.id")
      .whereRef("instant_channel_group.channel_id", "=", "instant_channel.id")
      .where("instant_group.name", "in", groups),
  )
}
