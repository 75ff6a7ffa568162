import { type Kysely, PostgresAdapter } from "kysely"
import type { Schema } from "./schema.js"

/** The way to the tables; a transaction is one too. */
export type Database = Kysely<Schema>

/** The kinds of database that an installation may keep its tables in. */
export type Dialect = "sqlite" | "postgres"

/** Which kind of database this is, for the few statements that differ, as `for update skip locked`. */
export function dialectOf(db: Kysely<unknown> | Database): Dialect {
  return db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite"
}

/**
 * Which kind of database a text names: the path of a SQLite file or a PostgreSQL URL. Undefined for any
 * other URL.
 */
export function dialectNamedBy(database: string): Dialect | undefined {
  const [, scheme] = /^([a-z][a-z\d+.-]*):\/\//i.exec(database) ?? []
  if (scheme === undefined) return "sqlite"
  return /^postgres(ql)?$/i.test(scheme) ? "postgres" : undefined
}
