import type { Database } from "../database/database.js"
import type { Revocation } from "./revocation.js"

/** How long what was taken away is kept, in milliseconds: longer than any token is good for. */
const MEMORY = 7 * 24 * 3_600_000

/** A revocation as the database has it. */
export type WrittenRevocation = Revocation & {
  readonly id: number
  /** Unix time in milliseconds: tokens from before it are refused. */
  readonly at: number
}

/**
 * What access was taken away, in the database, so that every server on it hears of it: also of what another
 * process has changed.
 */
export class RevocationLog {
  readonly #db: Database
  readonly #listeners = new Set<() => Promise<void>>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Has the listener called after {@link announce}; the answer ends it. */
  onAnnounce(listener: () => Promise<void>): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Writes what is taken away, and announces it. */
  async add(revocations: readonly Revocation[]): Promise<void> {
    await this.write(this.#db, revocations)
    await this.announce()
  }

  /** Writes it in the transaction of what takes it away; {@link announce} it after the commit. */
  async write(db: Database, revocations: readonly Revocation[]): Promise<void> {
    if (revocations.length === 0) return
    const at = Date.now()
    const rows = revocations.map((each) => ({
      at,
      user_id: "user" in each ? each.user : null,
      channel: "channel" in each ? each.channel : null,
    }))
    await db.insertInto("instant_revocation").values(rows).execute()
    await db
      .deleteFrom("instant_revocation")
      .where("at", "<", at - MEMORY)
      .execute()
  }

  /** Has this process see to what was written; resolves when that is done. */
  async announce(): Promise<void> {
    await Promise.all([...this.#listeners].map((listener) => listener()))
  }

  /** What was taken away since a time, in Unix milliseconds, the oldest first. */
  async since(time: number): Promise<readonly WrittenRevocation[]> {
    const rows = await this.#db
      .selectFrom("instant_revocation")
      .selectAll()
      .where("at", ">=", time)
      .orderBy("id")
      .execute()
    return rows.flatMap(({ id, at, user_id, channel }) => {
      const revocation = readRevocation(user_id, channel)
      return revocation === undefined ? [] : [{ id, at, ...revocation }]
    })
  }
}

function readRevocation(user: string | null, channel: string | null): Revocation | undefined {
  if (user !== null) {
    return channel === null ? { kind: "user", user } : { kind: "member", user, channel }
  }
  return channel === null ? undefined : { kind: "channel", channel }
}
