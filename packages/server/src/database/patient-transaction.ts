import { setTimeout } from "node:timers/promises"
import { sql } from "kysely"
import { type Database, dialectOf } from "./database.js"
import { DatabaseError } from "./database-error.js"
import { BUSY_TIMEOUT } from "./sqlite.js"

/** How long another's transaction is waited for, in milliseconds. */
const PATIENCE = 10_000
/** The pause between tries, in milliseconds. */
const PAUSE = 5

/**
 * Writes in a transaction. Where SQLite is locked by another connection, this process goes on while it
 * waits: it may be the one whose transaction has to end.
 */
export async function patientTransaction<T>(
  db: Database,
  write: (db: Database) => Promise<T>,
): Promise<T> {
  if (dialectOf(db) === "postgres") return db.transaction().execute(write)
  const until = performance.now() + PATIENCE
  for (;;) {
    try {
      return await db.connection().execute((connection) => withoutWaiting(connection, write))
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error
    }
    await setTimeout(PAUSE)
  }
}

async function withoutWaiting<T>(db: Database, write: (db: Database) => Promise<T>): Promise<T> {
  await sql`pragma busy_timeout = 0`.execute(db)
  try {
    return await db.transaction().execute(write)
  } finally {
    await sql`pragma busy_timeout = ${sql.lit(BUSY_TIMEOUT)}`.execute(db)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof DatabaseError && error.kind === "busy"
}
