/**
 * What is the matter with a database. `unreachable`: it can't be opened, or doesn't answer; `refused`:
 * it knows no such user or password; `missing`: there is none of this name; `newer`: a newer version
 * has changed its tables; `invalid`: it is named by something that names no database.
 */
export type DatabaseTrouble =
  | "damaged"
  | "read-only"
  | "unreachable"
  | "refused"
  | "missing"
  | "busy"
  | "full"
  | "newer"
  | "invalid"
  | "other"

/** What is the matter, and the words for it. */
export interface Finding {
  readonly kind: DatabaseTrouble
  /** What follows upon the name of the database. */
  readonly words: string
}

/** The database can't be used; the message says which, why, and what to do. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError"
  /** Which one: the path of the file, or the URL without its password. */
  readonly database: string
  readonly kind: DatabaseTrouble

  constructor(database: string, { kind, words }: Finding, options?: ErrorOptions) {
    super(`The database ${database} ${words}`, options)
    this.database = database
    this.kind = kind
  }
}

/** A failure that no more is known of than its message. */
export function unknownTrouble(database: string, cause: unknown): DatabaseError {
  const { message } = cause instanceof Error ? cause : new Error(String(cause))
  const isNewer = /previously executed migration .* is missing/.test(message)
  const finding: Finding = isNewer
    ? { kind: "newer", words: "was changed by a newer version of Instant: update this one" }
    : { kind: "other", words: `can't be used: ${message}` }
  return new DatabaseError(database, finding, { cause })
}
