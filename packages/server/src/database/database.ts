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

/** Whether a database is named by a PostgreSQL URL, and not by the path of a SQLite file. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(ql)?:\/\//i.test(database)
}

/** Whether a text can name a database: a path, or a PostgreSQL URL, but no other URL. */
export function isDatabaseName(database: string): boolean {
  return isPostgresUrl(database) || !/^[a-z][a-z\d+.-]*:\/\//i.test(database)
}
