import { Kysely, Migrator, type SqliteDatabase, SqliteDialect } from "kysely"
import Libsql from "libsql"
import { damagedDatabase, databaseError } from "./database-error.js"
import { initial } from "./migrations/0001-initial.js"
import type { Schema } from "./schema.js"

/** The way to the tables. */
export type Database = Kysely<Schema>

/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_TIMEOUT = 5_000

/**
 * Opens a SQLite file, made when it is absent, and brings its tables up to date.
 * @throws DatabaseError when the file is damaged, read-only, locked or out of reach.
 */
export async function connect(path: string): Promise<Database> {
  let db: Database | undefined
  try {
    const file = openFile(path)
    db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: asKyselyWants(file) }) })
    await migrate(db)
    return db
  } catch (cause) {
    await db?.destroy()
    throw databaseError(path, cause)
  }
}

function openFile(path: string): Libsql.Database {
  const file = new Libsql(path)
  try {
    file.exec(`pragma busy_timeout = ${BUSY_TIMEOUT}`)
    file.exec("pragma journal_mode = wal")
    file.exec("pragma synchronous = normal")
    file.exec("pragma foreign_keys = on")
    const [finding] = file.prepare("pragma quick_check(1)").pluck().all()
    if (finding !== "ok") throw damagedDatabase(path, String(finding))
    // A file that can only be read says so now, and not at the first sign-in.
    file.exec("begin immediate; pragma user_version = 0; rollback")
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

function asKyselyWants(file: Libsql.Database): SqliteDatabase {
  return {
    prepare: (sql) => file.prepare(sql),
    close() {
      // The driver leaves the write-ahead log behind; without it one file is all there is to copy.
      // Where that fails the log stays, and nothing is lost.
      attempt(() => file.exec("pragma busy_timeout = 0; pragma wal_checkpoint(truncate)"))
      file.close()
    },
  }
}

function attempt(action: () => void): void {
  try {
    action()
  } catch {}
}

async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ "0001-initial": initial }) },
    migrationTableName: "instant_migration",
    migrationLockTableName: "instant_migration_lock",
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
