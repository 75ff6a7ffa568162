import type { Database } from "../database/database.js"

/** What may be done in the admin. */
export type AuditAction =
  | `channel.${"add" | "set" | "remove" | "token"}`
  | `user.${"add" | "set" | "remove"}`
  | `group.${"add" | "remove"}`
  | `outbox.${"retry" | "discard"}`
  | "publish"
  | "connection.disconnect"

/** What was done in the admin, and by whom. */
export interface AuditRecord {
  /** Who did it: name, and id where it differs. */
  readonly actor: string
  readonly action: AuditAction
  /** The name of what it was done to; empty where it was done to all. */
  readonly target: string
  /** What it was made into. No passwords, tokens or contents of events. */
  readonly details: Readonly<Record<string, unknown>>
}

/** What the log keeps of it. */
export interface AuditEntry extends Omit<AuditRecord, "action"> {
  /** Counts up. */
  readonly id: number
  readonly at: Date
  readonly action: string
}

/** Which part of the log is read. */
export interface AuditQuery {
  /** Only what was done before the entry of this id. @default all */
  readonly before?: number | undefined
  /** @default 100 */
  readonly limit?: number | undefined
}

/** How long entries are kept, in milliseconds: 90 days. */
const LONGEST = 90 * 24 * 3600 * 1000
/** The most entries that are kept. */
const MOST = 10_000

/** Who did what in the admin, the last 90 days and 10,000 entries of it. */
export class AuditLog {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Writes down what was done, and forgets what is too old. */
  async record({ actor, action, target, details }: AuditRecord): Promise<void> {
    const at = Date.now()
    const { id } = await this.#db
      .insertInto("instant_audit")
      .values({ at, actor, action, target, details: JSON.stringify(details) })
      .returning("id")
      .executeTakeFirstOrThrow()
    await this.#db
      .deleteFrom("instant_audit")
      .where((entry) => entry.or([entry("at", "<", at - LONGEST), entry("id", "<=", id - MOST)]))
      .execute()
  }

  /** Entries, the newest first. */
  async list({ before, limit = 100 }: AuditQuery = {}): Promise<readonly AuditEntry[]> {
    let entries = this.#db.selectFrom("instant_audit").selectAll().orderBy("id", "desc")
    if (before !== undefined) entries = entries.where("id", "<", before)
    const rows = await entries.limit(limit).execute()
    return rows.map((row) => ({
      ...row,
      at: new Date(row.at),
      details: JSON.parse(row.details),
    }))
  }
}
