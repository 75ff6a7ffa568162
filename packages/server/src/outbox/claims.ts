import { type Expression, type SqlBool, sql } from "kysely"
import { type Database, dialectOf } from "../database/database.js"
import { patientTransaction } from "../database/patient-transaction.js"
import { dispatcherName, isGone } from "./dispatcher-name.js"
import { releaseScheduled } from "./release-scheduled.js"

/** An entry that a dispatcher has for the time of its lease. */
export interface ClaimedEntry {
  readonly id: number
  readonly key: string
  readonly channel: string
  /** JSON. */
  readonly envelope: string
  readonly attempts: number
}

/** What became of entries. */
export interface Settlement {
  readonly delivered: readonly ClaimedEntry[]
  readonly refused: readonly RefusedEntry[]
}

/** An entry that the engine has refused. */
export interface RefusedEntry {
  readonly entry: ClaimedEntry
  readonly reason: string
  /** In milliseconds; or it is not tried again. */
  readonly again: number | "never"
}

/** How claims are made. */
export interface ClaimOptions {
  /** How long entries are kept from other dispatchers, in milliseconds. */
  readonly lease: number
  /** Entries that are claimed at once. */
  readonly most: number
}

/** The number of our lock among PostgreSQL's. */
const LOCK = 8_427_000_002

const { lit } = sql

/**
 * Who delivers which entries: one dispatcher at a time has a channel. Who has an entry of it bars the
 * others, as does an entry that was refused and waits to be tried again.
 */
export class Claims {
  readonly #db: Database
  readonly #options: ClaimOptions
  readonly #name = dispatcherName()

  constructor(db: Database, options: ClaimOptions) {
    this.#db = db
    this.#options = options
  }

  /** Whether there may be something to claim; it disturbs nobody who writes. */
  async isWorthwhile(): Promise<boolean> {
    const found = await sql`
      select 1 where exists (select 1 from instant_outbox where state = 'waiting')
        or exists (select 1 from instant_outbox where state = 'scheduled' and due_at <= ${Date.now()})
    `.execute(this.#db)
    return found.rows.length > 0
  }

  /** Takes the oldest entries of the channels that nobody has, in their order. */
  async claim(): Promise<readonly ClaimedEntry[]> {
    return patientTransaction(this.#db, async (db) => {
      // One at a time: two at once would share out the entries of a channel between them.
      if (dialectOf(db) === "postgres") {
        await sql`select pg_advisory_xact_lock(${lit(LOCK)})`.execute(db)
      }
      const now = Date.now()
      await releaseScheduled(db, now, this.#options.most)
      const entries = await this.#free(db, now)
      await this.#mark(db, entries, now + this.#options.lease)
      return entries
    })
  }

  /** Writes down what became of claimed entries, and gives back the others. */
  async settle({ delivered, refused }: Settlement): Promise<void> {
    await patientTransaction(this.#db, async (db) => {
      const now = Date.now()
      if (delivered.length > 0) {
        await db
          .updateTable("instant_outbox")
          .set({ state: "delivered", delivered_at: now, last_error: "", ...unclaimed })
          .where("id", "in", idsOf(delivered))
          .execute()
      }
      for (const { entry, reason, again } of refused) {
        await db
          .updateTable("instant_outbox")
          .set({ attempts: entry.attempts + 1, last_error: reason, ...after(again, now) })
          .where("id", "=", entry.id)
          .where("state", "=", "waiting")
          .execute()
      }
      await this.#giveBack(db, [this.#name])
    })
  }

  /** Notes why entries couldn't be delivered, though the engine has not refused them. */
  async note(entries: readonly ClaimedEntry[], last_error: string): Promise<void> {
    if (entries.length === 0) return
    await patientTransaction(this.#db, (db) =>
      db
        .updateTable("instant_outbox")
        .set({ last_error })
        .where("id", "in", idsOf(entries))
        .execute(),
    )
  }

  /** Gives back what dispatchers had that are gone, before their lease is over. */
  async takeFromGone(): Promise<void> {
    const held = await this.#db
      .selectFrom("instant_outbox")
      .select("claimed_by")
      .distinct()
      .where(isWaiting())
      .where("claimed_by", "<>", "")
      .execute()
    const gone = held.map(({ claimed_by }) => claimed_by).filter(isGone)
    if (gone.length > 0) await patientTransaction(this.#db, (db) => this.#giveBack(db, gone))
  }

  /** Gives back all that this dispatcher has. */
  async release(): Promise<void> {
    await patientTransaction(this.#db, (db) => this.#giveBack(db, [this.#name]))
  }

  /** Deletes what was delivered so many milliseconds ago. */
  async prune(age: number): Promise<void> {
    await patientTransaction(this.#db, (db) =>
      db
        .deleteFrom("instant_outbox")
        .where(sql<SqlBool>`state = 'delivered'`)
        .where("delivered_at", "<", Date.now() - age)
        .execute(),
    )
  }

  async #free(db: Database, now: number): Promise<readonly ClaimedEntry[]> {
    const barred = sql`
      select channel from instant_outbox
      where state = 'waiting' and (claimed_by <> '' or attempts > 0)
        and ((claimed_by not in ('', ${this.#name}) and claimed_until > ${now})
          or (attempts > 0 and due_at > ${now}))
    `
    const entries = db
      .selectFrom("instant_outbox")
      .select(["id", "key", "channel", "envelope", "attempts"])
      .where(isWaiting())
      .where(sql<SqlBool>`channel not in (${barred})`)
      .orderBy("id")
      .limit(this.#options.most)
    return (dialectOf(db) === "postgres" ? entries.forUpdate() : entries).execute()
  }

  async #mark(db: Database, entries: readonly ClaimedEntry[], until: number): Promise<void> {
    if (entries.length === 0) return
    await db
      .updateTable("instant_outbox")
      .set({ claimed_by: this.#name, claimed_until: until })
      .where("id", "in", idsOf(entries))
      .execute()
  }

  async #giveBack(db: Database, names: readonly string[]): Promise<void> {
    await db
      .updateTable("instant_outbox")
      .set(unclaimed)
      .where(isWaiting())
      .where("claimed_by", "in", names)
      .where("claimed_by", "<>", "")
      .execute()
  }
}

const unclaimed = { claimed_by: "", claimed_until: 0 } as const

/** Written out, so that the index of those that wait is used. */
function isWaiting(): Expression<SqlBool> {
  return sql<SqlBool>`state = 'waiting'`
}

function after(again: RefusedEntry["again"], now: number) {
  return again === "never"
    ? ({ state: "failed", ...unclaimed } as const)
    : ({ due_at: now + again } as const)
}

function idsOf(entries: readonly ClaimedEntry[]): readonly number[] {
  return entries.map(({ id }) => id)
}
