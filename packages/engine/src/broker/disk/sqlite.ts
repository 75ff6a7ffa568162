import { createRequire } from "node:module"

/** A value in a file. Bytes are written as a Buffer, and read in any form of their own. */
type Cell = string | number | null | Buffer

/** A statement that is ready to run. */
export interface SqliteStatement {
  /** Runs it; what it gives is dropped. */
  run(...values: readonly Cell[]): unknown
  /** The first row; undefined when there is none. */
  get(...values: readonly Cell[]): unknown
  /** All rows. */
  all(...values: readonly Cell[]): readonly unknown[]
}

/** An open SQLite file; all calls block. */
export interface SqliteFile {
  /** Runs statements that give nothing. */
  exec(statements: string): void
  /** Makes a statement ready. */
  prepare(statement: string): SqliteStatement
  /** The first cell of a statement's first row; undefined when it has none. */
  value(statement: string): unknown
  /** Closes the file. */
  close(): void
}

/** What both drivers have. */
interface Driver {
  exec(statements: string): unknown
  prepare(statement: string): SqliteStatement
  close(): unknown
}

/**
 * Opens a file with libsql, and with the SQLite of Node where libsql isn't installed, as in the Python
 * package that carries the engine.
 * @throws Error when there is neither, or the file is out of reach.
 */
export function openSqlite(path: string): SqliteFile {
  const driver = openDriver(path)
  return {
    exec: (statements) => void driver.exec(statements),
    prepare: (statement) => driver.prepare(statement),
    value: (statement) => Object.values(Object(driver.prepare(statement).get()))[0],
    close: () => void driver.close(),
  }
}

/** Whether an error of a driver says that the file is no database, or a broken one. */
export function isSqliteDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = "code" in error ? error.code : undefined
  // Node's own driver tells SQLite's number.
  const number = "errcode" in error ? error.errcode : undefined
  return code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT" || number === 26 || number === 11
}

function openDriver(path: string): Driver {
  const require = createRequire(import.meta.url)
  const drivers: readonly (() => DriverClass)[] = [
    () => require("libsql"),
    () => require("node:sqlite").DatabaseSync,
  ]
  for (const load of drivers) {
    const Driver = attempt(load)
    if (Driver !== undefined) return new Driver(path)
  }
  throw new Error("there is no driver for it: take a Node from 22.13, or install libsql with npm")
}

type DriverClass = new (path: string) => Driver

function attempt(load: () => DriverClass): DriverClass | undefined {
  try {
    return load()
  } catch {
    return undefined
  }
}
