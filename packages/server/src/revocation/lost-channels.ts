import type { InstantUser } from "../accounts/user.js"
import { mayBeSeenBy } from "../channels/access.js"
import type { Database } from "../database/database.js"

/** The channels that somebody saw before a change of their rights, and doesn't after it. */
export async function lostChannels(
  db: Database,
  before: InstantUser,
  after: InstantUser,
): Promise<readonly string[]> {
  const seenAfter = new Set(await namesSeenBy(db, after))
  return (await namesSeenBy(db, before)).filter((name) => !seenAfter.has(name))
}

async function namesSeenBy(db: Database, user: InstantUser): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("instant_channel")
    .select("name")
    .where(mayBeSeenBy(user))
    .execute()
  return rows.map(({ name }) => name)
}
