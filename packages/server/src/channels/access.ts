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

/** What of a channel says who may see it. */
interface Guarded {
  readonly level: ChannelLevel
  readonly isActive: boolean
  readonly groups: readonly string[]
}

/** Whether somebody who is signed in may see a channel. */
export function isSeenBy({ isActive, level, groups }: Guarded, user: InstantUser): boolean {
  if (!isActive) return false
  return reachedLevels(user).includes(level) || groups.some((group) => user.groups.includes(group))
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
