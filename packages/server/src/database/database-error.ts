/** The database file can't be used; the message says which file, why, and what to do. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError"
  readonly path: string

  constructor(path: string, trouble: string, options?: ErrorOptions) {
    super(`The database ${path} ${trouble}`, options)
    this.path = path
  }
}

const DAMAGED =
  "is damaged, or is no SQLite database: put a backup in its place, or move it away to begin with an empty one"

/** What SQLite's result codes mean for the one who starts a server; the beginning of a code counts. */
const troubles: ReadonlyArray<readonly [code: string, trouble: string]> = [
  ["SQLITE_NOTADB", DAMAGED],
  ["SQLITE_CORRUPT", DAMAGED],
  ["SQLITE_READONLY", "can only be read: make the file and its folder writable for this user"],
  [
    "SQLITE_CANTOPEN",
    "can't be opened: check that its folder exists and that this user may write there",
  ],
  [
    "SQLITE_BUSY",
    "is in use by another process that keeps it locked: stop that one, then try again",
  ],
  ["SQLITE_FULL", "can't grow: free some space on its disk"],
  ["SQLITE_IOERR", "can't be read or written: check its disk"],
]

/** A failure to open or prepare the database, put in words. */
export function databaseError(path: string, cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause
  const { message } = cause instanceof Error ? cause : new Error(String(cause))
  const code = codeOf(cause, message)
  const known = troubles.find(([prefix]) => code.startsWith(prefix))
  return new DatabaseError(path, known?.[1] ?? `can't be used: ${message}`, { cause })
}

function codeOf(cause: unknown, message: string): string {
  // The driver reports what happens while opening as a text with SQLite's number at its end.
  if (/connection to local database .*: 14/.test(message)) return "SQLITE_CANTOPEN"
  if (typeof cause !== "object" || cause === null || !("code" in cause)) return ""
  return String(cause.code)
}

/** A database that its integrity check finds fault with. */
export function damagedDatabase(path: string, finding: string): DatabaseError {
  return new DatabaseError(path, DAMAGED, { cause: new Error(finding) })
}
