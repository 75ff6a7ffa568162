import { type SqlBool, sql } from "kysely"
import { type Database, dialectOf } from "../database/database.js"

/**
 * Has scheduled entries wait whose time has come, at most so many. They get behind all that waits, the
 * earliest first.
 */
export async function releaseScheduled(db: Database, now: number, most: number): Promise<void> {
  const due = db
    .selectFrom("instant_outbox")
    .select(["id", "key", "channel", "envelope", "created_at", "due_at"])
    .where(sql<SqlBool>`state = 'scheduled'`)
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .orderBy("id")
    .limit(most)
  const entries = await (dialectOf(db) === "postgres" ? due.forUpdate() : due).execute()
  if (entries.length === 0) return
  const ids = entries.map(({ id }) => id)
  await db.deleteFrom("instant_outbox").where("id", "in", ids).execute()
  // Their place is that of their id, so they get new ones.
  const rows = entries.map(({ id: _, ...entry }) => ({ ...entry, state: "waiting" as const }))
  await db.insertInto("instant_outbox").values(rows).execute()
}
