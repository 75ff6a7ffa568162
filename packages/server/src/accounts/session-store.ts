import { createHash, randomBytes } from "node:crypto"
import type { Database } from "../database/database.js"
import type { Account } from "./user.js"
import type { UserStore } from "./user-store.js"

/** How long a sign-in lasts, in seconds: 14 days. */
export const SESSION_LIFETIME = 14 * 24 * 3600

/** Who is signed in. A session is known by the value of its cookie, which is stored nowhere. */
export class SessionStore {
  readonly #db: Database
  readonly #users: UserStore

  constructor(db: Database, users: UserStore) {
    this.#db = db
    this.#users = users
  }

  /** Begins a session and returns the value of its cookie. Sessions that have run out are removed. */
  async begin(account: Account): Promise<string> {
    const now = Date.now()
    await this.#db.deleteFrom("instant_session").where("expires_at", "<=", now).execute()
    const cookie = randomBytes(32).toString("base64url")
    const { id: user_id } = await this.#db
      .selectFrom("instant_user")
      .select("id")
      .where("name", "=", account.name)
      .executeTakeFirstOrThrow()
    await this.#db
      .insertInto("instant_session")
      .values({ id: idOf(cookie), user_id, expires_at: now + SESSION_LIFETIME * 1000 })
      .execute()
    return cookie
  }

  /** The active account that a cookie's value stands for, or undefined. */
  async find(cookie: string): Promise<Account | undefined> {
    const row = await this.#db
      .selectFrom("instant_session")
      .innerJoin("instant_user", "instant_user.id", "instant_session.user_id")
      .select("instant_user.name")
      .where("instant_session.id", "=", idOf(cookie))
      .where("instant_session.expires_at", ">", Date.now())
      .executeTakeFirst()
    if (row === undefined) return undefined
    const account = await this.#users.find(row.name)
    return account?.isActive ? account : undefined
  }

  /** Ends the session of a cookie's value, if there is one. */
  async end(cookie: string): Promise<void> {
    await this.#db.deleteFrom("instant_session").where("id", "=", idOf(cookie)).execute()
  }

  /** How many sessions a user has. */
  async count(name: string): Promise<number> {
    const { sessions } = await this.#db
      .selectFrom("instant_session")
      .innerJoin("instant_user", "instant_user.id", "instant_session.user_id")
      .select(({ fn }) => fn.countAll<number>().as("sessions"))
      .where("instant_user.name", "=", name)
      .where("instant_session.expires_at", ">", Date.now())
      .executeTakeFirstOrThrow()
    return sessions
  }
}

function idOf(cookie: string): string {
  return createHash("sha256").update(cookie).digest("hex")
}
