import { setImmediate } from "node:timers/promises"
import type { CompiledQuery, Insertable } from "kysely"
import type { Database } from "../database/database.js"
import { patientTransaction } from "../database/patient-transaction.js"
import type { Schema } from "../database/schema.js"
import type { OutboxPublication } from "./outbox-entry.js"
import { runWithin, type SiteTransaction } from "./site-transaction.js"

/** The longest channel name that the outbox and the engine take, in characters. */
const LONGEST_CHANNEL = 255

/** The largest envelope, in bytes: the engine's API takes 16 MiB at once, with all that is around. */
const LARGEST_ENVELOPE = 15 * 1024 * 1024

/** Rows of one statement: SQLite has a limit of values. */
const MOST_AT_ONCE = 1_000

/**
 * What hears of new entries: whether they are committed, or will be when a transaction of the site's
 * own ends.
 */
export type OutboxListener = (moment: "committed" | "in a transaction") => void

type Row = Insertable<Schema["instant_outbox"]>

/** Puts publications into the outbox. */
export class OutboxWriter {
  readonly #db: Database
  readonly #listeners = new Set<OutboxListener>()
  readonly #gathered: Row[] = []
  /** The write that is under way. */
  #current: Promise<void> = Promise.resolve()
  /** The write that comes after it. */
  #next: Promise<void> | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** Calls the listener after each time something is put in by this process. */
  onAdd(listener: OutboxListener): void {
    this.#listeners.add(listener)
  }

  /**
   * Puts publications in, all or none; they are accepted when the transaction is committed.
   * @param transaction of the site's own; without one they are committed when this resolves
   * @throws TypeError for a channel or an envelope that is too long, an invalid date, and what is no
   * transaction.
   */
  async add(
    publications: readonly OutboxPublication[],
    transaction?: SiteTransaction,
  ): Promise<void> {
    const now = Date.now()
    const rows = publications.map((publication) => rowOf(publication, now))
    if (transaction === undefined) {
      await this.#addTogether(rows)
      this.#added("committed")
    } else {
      for (const statement of this.#statementsFor(rows)) await runWithin(transaction, statement)
      this.#added("in a transaction")
    }
  }

  /**
   * What is put in while another write is under way is written with one transaction after it. SQLite's are written
   * at once: without a turn for others in between, who puts in one after the other would stop the whole process.
   */
  #addTogether(rows: readonly Row[]): Promise<void> {
    this.#gathered.push(...rows)
    this.#next ??= this.#current
      .then(() => setImmediate())
      .then(() => {
        const all = this.#gathered.splice(0)
        this.#next = undefined
        const writing = patientTransaction(this.#db, async (db) => {
          for (const statement of this.#statementsFor(all)) await db.executeQuery(statement)
        })
        this.#current = writing.catch(() => {})
        return writing
      })
    return this.#next
  }

  #statementsFor(rows: readonly Row[]): readonly CompiledQuery[] {
    const statements: CompiledQuery[] = []
    for (let at = 0; at < rows.length; at += MOST_AT_ONCE) {
      const part = rows.slice(at, at + MOST_AT_ONCE)
      statements.push(this.#db.insertInto("instant_outbox").values(part).compile())
    }
    return statements
  }

  #added(moment: Parameters<OutboxListener>[0]): void {
    for (const listener of this.#listeners) listener(moment)
  }
}

function rowOf({ key, channel, envelope, schedule }: OutboxPublication, now: number): Row {
  if (channel === "") throw new TypeError("The channel has an empty name: give it one")
  if (channel.length > LONGEST_CHANNEL) {
    const name = channel.slice(0, 40)
    throw new TypeError(`The channel "${name}…" is longer than ${LONGEST_CHANNEL} characters`)
  }
  if (Buffer.byteLength(envelope) > LARGEST_ENVELOPE) {
    throw new TypeError(
      `The event for "${channel}" is larger than the 15 MiB that the engine takes`,
    )
  }
  const due_at = schedule?.getTime() ?? now
  if (Number.isNaN(due_at)) throw new TypeError("schedule is an invalid date")
  const state = due_at > now ? "scheduled" : "waiting"
  return { key, channel, envelope, state, created_at: now, due_at }
}
