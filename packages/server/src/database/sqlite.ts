import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from "kysely"
import Libsql from "libsql"
import { unknownTrouble } from "./database-error.js"
import type { OpenDatabase } from "./open-database.js"
import type { Schema } from "./schema.js"
import { damagedFile, sqliteError } from "./sqlite-error.js"
import { storable } from "./storable.js"

/** A transaction that reads before it writes would fail when another process wrote in between. */
const BEGIN = "begin immediate"

/** How long a statement waits for another process that writes, in milliseconds. */
export const BUSY_TIMEOUT = 5_000

/**
 * Opens a SQLite file, which is made when it is absent; its tables stay as they are. Statements that fail because of
 * the file throw DatabaseError.
 * @throws DatabaseError when the file is damaged, read-only, locked or out of reach.
 */
export function openSqlite(path: string): OpenDatabase {
  const explain = (cause: unknown) => sqliteError(path, cause) ?? unknownTrouble(path, cause)
  try {
    const dialect = new Dialect({ database: asKyselyWants(openFile(path), path) })
    return { db: new Kysely<Schema>({ dialect }), name: path, explain }
  } catch (cause) {
    throw explain(cause)
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
    if (finding !== "ok") throw damagedFile(path, String(finding))
    // A file that can only be read says so now, and not at the first sign-in.
    file.exec("begin immediate; pragma user_version = 0; rollback")
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

function asKyselyWants(file: Libsql.Database, path: string): SqliteDatabase {
  const explained = <T>(action: () => T): T => {
    try {
      return action()
    } catch (cause) {
      throw sqliteError(path, cause) ?? cause
    }
  }
  const prepare = (sql: string): SqliteStatement => {
    const statement = explained(() => file.prepare(sql))
    return {
      reader: statement.reader,
      all: (parameters) => explained(() => statement.all(parameters.map(storable))),
      run: (parameters) => explained(() => statement.run(parameters.map(storable))),
      iterate() {
        throw new TypeError("Statements are read whole, without a cursor")
      },
    }
  }
  // The driver leaves one that found the file locked half done until it is run again, and SQLite commits nothing meanwhile.
  const begin = prepare(BEGIN)
  return {
    prepare: (sql) => (sql === BEGIN ? begin : prepare(sql)),
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

class Dialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#config)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(BEGIN))
  }

  /** On a full disk SQLite has rolled back by itself: the failure that ended the transaction is the one to tell. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      if (!/no transaction is active/.test(String(error))) throw error
    }
  }
}

/** Migrations run in a transaction: wholly or not at all, and in one process at a time. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
