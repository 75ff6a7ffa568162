import type { Selectable } from "kysely"
import type { Database } from "../database/database.js"
import { patientTransaction } from "../database/patient-transaction.js"
import type { Schema } from "../database/schema.js"
import type { OutboxEntry, OutboxState } from "./outbox-entry.js"

/** How it stands with the outbox. */
export interface OutboxStats {
  /** Entries that will be delivered as soon as can be. */
  readonly waiting: number
  /** Entries whose time has not come. */
  readonly scheduled: number
  /** Entries that the engine has refused too often. */
  readonly failed: number
  /** When the oldest of those that wait was put in. */
  readonly oldest: Date | undefined
}

/** Which entries are listed. */
export interface OutboxQuery {
  /** @default any */
  readonly state?: OutboxState | undefined
  /** @default 100 */
  readonly limit?: number | undefined
  /** The id of the entry that they come after: the last one of the list before. */
  readonly after?: string | undefined
}

/** What is accepted and not delivered, to be watched and put right. */
export class Outbox {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** How many entries there are, and how long they have waited. */
  async stats(): Promise<OutboxStats> {
    const rows = await this.#db
      .selectFrom("instant_outbox")
      .select(["state", (row) => row.fn.countAll<number>().as("count")])
      .select((row) => row.fn.min("created_at").as("oldest"))
      .where("state", "in", ["waiting", "scheduled", "failed"])
      .groupBy("state")
      .execute()
    const of = (state: OutboxState) => rows.find((row) => row.state === state)
    const count = (state: OutboxState): number => of(state)?.count ?? 0
    const oldest = of("waiting")?.oldest
    return {
      waiting: count("waiting"),
      scheduled: count("scheduled"),
      failed: count("failed"),
      oldest: oldest == null ? undefined : new Date(oldest),
    }
  }

  /** Since when the entry is due that waits longest; undefined when none is. */
  async overdueSince(): Promise<Date | undefined> {
    const { due } = await this.#db
      .selectFrom("instant_outbox")
      .select((row) => row.fn.min("due_at").as("due"))
      .where("state", "=", "waiting")
      .executeTakeFirstOrThrow()
    return due == null || due > Date.now() ? undefined : new Date(due)
  }

  /** Entries, in the order in which they were put in. */
  async list({ state, limit = 100, after }: OutboxQuery = {}): Promise<readonly OutboxEntry[]> {
    let entries = this.#db.selectFrom("instant_outbox").selectAll().orderBy("key").limit(limit)
    if (state !== undefined) entries = entries.where("state", "=", state)
    if (after !== undefined) entries = entries.where("key", ">", after)
    return (await entries.execute()).map(entryOf)
  }

  /**
   * Has failed entries tried again, from the start: one by its id, or all of them.
   * @returns how many they are; 0 for an id that no failed entry has.
   */
  async retry(which: string | "all"): Promise<number> {
    return patientTransaction(this.#db, async (db) => {
      const failed = db
        .updateTable("instant_outbox")
        .set({ state: "waiting", attempts: 0, due_at: Date.now(), last_error: "" })
        .where("state", "=", "failed")
      const results = await (which === "all" ? failed : failed.where("key", "=", which)).execute()
      return Number(results[0]?.numUpdatedRows ?? 0)
    })
  }

  /**
   * Removes an entry that isn't delivered. One that is just being sent may arrive still.
   * @returns whether there was one of this id.
   */
  async discard(id: string): Promise<boolean> {
    return patientTransaction(this.#db, async (db) => {
      const [result] = await db
        .deleteFrom("instant_outbox")
        .where("key", "=", id)
        .where("state", "<>", "delivered")
        .execute()
      return Number(result?.numDeletedRows ?? 0) > 0
    })
  }
}

function entryOf(row: Selectable<Schema["instant_outbox"]>): OutboxEntry {
  return {
    id: row.key,
    channel: row.channel,
    state: row.state,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    dueAt: new Date(row.due_at),
    deliveredAt: row.delivered_at === null ? undefined : new Date(row.delivered_at),
    lastError: row.last_error,
    envelope: JSON.parse(row.envelope),
  }
}
