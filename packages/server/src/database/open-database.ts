import type { Database } from "./database.js"
import type { DatabaseError } from "./database-error.js"

/** A database that is open, and what tells of it. */
export interface OpenDatabase {
  readonly db: Database
  /** Which one: the path of the file, or the URL without its password. */
  readonly name: string
  /** Puts what a statement failed of in words. */
  explain(cause: unknown): DatabaseError
}
