/** Who may see a channel, as written in the database, on the wire and in TypeScript. */
export const channelLevels = ["public", "users", "groups", "staff", "superuser"] as const

/**
 * `public`: everyone who has a token. `users`: who is signed in. `groups`: the members of the
 * channel's groups. `staff` and `superuser`: who has that flag. The members of a channel's groups see
 * it whatever its level.
 */
export type ChannelLevel = (typeof channelLevels)[number]
