import { DatabaseError, type Finding } from "./database-error.js"

const DAMAGED: Finding = {
  kind: "damaged",
  words:
    "is damaged, or is no SQLite database: put a backup in its place, or move it away to begin with an empty one",
}

/** What SQLite's result codes mean for the one who starts a server; the beginning of a code counts. */
const troubles: ReadonlyArray<readonly [code: string, finding: Finding]> = [
  ["SQLITE_NOTADB", DAMAGED],
  ["SQLITE_CORRUPT", DAMAGED],
  [
    "SQLITE_READONLY",
    {
      kind: "read-only",
      words: "can only be read: make the file and its folder writable for this user",
    },
  ],
  [
    "SQLITE_CANTOPEN",
    {
      kind: "unreachable",
      words: "can't be opened: check that its folder exists and that this user may write there",
    },
  ],
  [
    "SQLITE_BUSY",
    {
      kind: "busy",
      words: "is in use by another process that keeps it locked: stop that one, then try again",
    },
  ],
  ["SQLITE_FULL", { kind: "full", words: "can't grow: free some space on its disk" }],
  ["SQLITE_IOERR", { kind: "other", words: "can't be read or written: check its disk" }],
]

/** What SQLite failed of, in words; undefined for what is not the file's fault, as a constraint that is violated. */
export function sqliteError(path: string, cause: unknown): DatabaseError | undefined {
  if (cause instanceof DatabaseError) return cause
  const code = codeOf(cause)
  const known = troubles.find(([prefix]) => code.startsWith(prefix))
  return known && new DatabaseError(path, known[1], { cause })
}

function codeOf(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return ""
  // The driver reports what happens while opening as a text with SQLite's number at its end.
  if ("message" in cause && /connection to local database .*: 14/.test(String(cause.message))) {
    return "SQLITE_CANTOPEN"
  }
  return "code" in cause ? String(cause.code) : ""
}

/** A file that its integrity check finds fault with. */
export function damagedFile(path: string, fault: string): DatabaseError {
  return new DatabaseError(path, DAMAGED, { cause: new Error(fault) })
}
