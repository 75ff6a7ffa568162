import { existsSync } from "node:fs"
import { sql } from "kysely"
import { withDatabase } from "./connect.js"
import { type Database, type Dialect, dialectNamedBy, dialectOf } from "./database.js"
import { migrate, migrationsOf } from "./migrate.js"
import { migrations } from "./migrations/index.js"

/** How it stands with a database. */
export interface DatabaseStatus {
  /** Which one: the path of the file, or the URL without its password. */
  readonly database: string
  readonly dialect: Dialect
  /** In the order in which they are applied. */
  readonly migrations: readonly MigrationStatus[]
  /** In bytes, all that is in it. */
  readonly size: number
  /** By name. */
  readonly tables: readonly TableStatus[]
}

/** Whether a migration has been applied. */
export interface MigrationStatus {
  readonly name: string
  /** Undefined while it is to come. */
  readonly appliedAt: Date | undefined
}

/** How much there is in a table. */
export interface TableStatus {
  readonly name: string
  readonly rows: number
}

/**
 * Tells how it stands with a database, and changes nothing: a file that is absent stays so.
 * @throws DatabaseError when the database can't be used.
 */
export async function databaseStatus(database: string): Promise<DatabaseStatus> {
  if (dialectNamedBy(database) === "sqlite" && !existsSync(database)) return absent(database)
  return withDatabase(database, async ({ db, name }) => ({
    database: name,
    dialect: dialectOf(db),
    migrations: (await migrationsOf(db)).map(({ name, executedAt }) => ({
      name,
      appliedAt: executedAt,
    })),
    size: await sizeOf(db),
    tables: await tablesOf(db),
  }))
}

/** What {@link migrateDatabase} did. */
export interface Migrated {
  /** Which database: the path of the file, or the URL without its password. */
  readonly database: string
  /** The names of the migrations that there was need of. */
  readonly applied: readonly string[]
}

/**
 * Brings the tables of a database up to date, as opening it does.
 * @throws DatabaseError when the database can't be used.
 */
export function migrateDatabase(database: string): Promise<Migrated> {
  return withDatabase(database, async ({ db, name }) => ({
    database: name,
    applied: await migrate(db),
  }))
}

function absent(database: string): DatabaseStatus {
  const pending = Object.keys(migrations).map((name) => ({ name, appliedAt: undefined }))
  return { database, dialect: "sqlite", migrations: pending, size: 0, tables: [] }
}

async function sizeOf(db: Database): Promise<number> {
  const statement =
    dialectOf(db) === "postgres"
      ? sql<{ size: number }>`select pg_database_size(current_database()) as size`
      : sql<{ size: number }>`
          select page_count * page_size as size from pragma_page_count, pragma_page_size`
  const { rows } = await statement.execute(db)
  return rows[0]?.size ?? 0
}

async function tablesOf(db: Database): Promise<readonly TableStatus[]> {
  const all = await db.introspection.getTables()
  const names = all
    .map(({ name }) => name)
    .filter((name) => /^instant_(?!migration)/.test(name))
    .sort()
  const tables: TableStatus[] = []
  for (const name of names) {
    const counted = sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`
    tables.push({ name, rows: (await counted.execute(db)).rows[0]?.rows ?? 0 })
  }
  return tables
}
