import { type Database, dialectNamedBy } from "./database.js"
import { DatabaseError } from "./database-error.js"
import { migrate } from "./migrate.js"
import type { OpenDatabase } from "./open-database.js"
import { openSqlite } from "./sqlite.js"

/**
 * Opens a database and brings its tables up to date.
 * @param database path of a SQLite file, which is made when it is absent, or a PostgreSQL URL
 * @throws DatabaseError when it is damaged, read-only, locked or out of reach, or refuses its user.
 */
export async function connect(database: string): Promise<Database> {
  const { db, explain } = await open(database)
  try {
    await migrate(db)
    return db
  } catch (cause) {
    await db.destroy()
    throw explain(cause)
  }
}

/**
 * Opens a database, does something with it and closes it. Its tables stay as they are.
 * @throws DatabaseError as {@link connect}, also for what fails while it is open.
 */
export async function withDatabase<T>(
  database: string,
  use: (opened: OpenDatabase) => Promise<T>,
): Promise<T> {
  const opened = await open(database)
  try {
    return await use(opened)
  } catch (cause) {
    throw opened.explain(cause)
  } finally {
    await opened.db.destroy()
  }
}

async function open(database: string): Promise<OpenDatabase> {
  const dialect = dialectNamedBy(database)
  if (dialect === "sqlite") return openSqlite(database)
  // Its driver is loaded where it is asked for: without it a command begins sooner.
  if (dialect === "postgres") return (await import("./postgres.js")).openPostgres(database)
  const scheme = database.slice(0, database.indexOf(":"))
  throw new DatabaseError(`${scheme}://…`, {
    kind: "invalid",
    words:
      "is of no kind that is known: give the path of a SQLite file, or a URL as postgres://user@host/name",
  })
}
