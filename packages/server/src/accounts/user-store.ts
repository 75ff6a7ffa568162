import type { Database } from "../database/database.js"
import { holdRows } from "../database/hold-rows.js"
import { type Flag, flag } from "../database/schema.js"
import { isPlain } from "../plain-name.js"
import { lostChannels } from "../revocation/lost-channels.js"
import type { Revocation } from "../revocation/revocation.js"
import type { RevocationLog } from "../revocation/revocation-log.js"
import { StoreError } from "../store-error.js"
import { ensureGroups } from "./group-store.js"
import { hashPassword, isPassword } from "./password.js"
import type { Account } from "./user.js"

const MAX_LENGTH = 150
/** The most names of one statement. */
const MOST_NAMES = 500

/** What a built-in account is made of, or what of it is to change. */
export interface AccountFields {
  /** Without one the user can't sign in. */
  readonly password?: string | undefined
  /** @default false */
  readonly staff?: boolean | undefined
  /** @default false */
  readonly superuser?: boolean | undefined
  /** @default true */
  readonly isActive?: boolean | undefined
  /** Names of groups, which come to be when they are new. @default [] */
  readonly groups?: readonly string[] | undefined
}

/** The built-in accounts. Names that look the same are the same (Unicode NFKC). */
export class UserStore {
  readonly #db: Database
  readonly #revocations: RevocationLog

  constructor(db: Database, revocations: RevocationLog) {
    this.#db = db
    this.#revocations = revocations
  }

  /** All accounts, by name. */
  async list(): Promise<readonly Account[]> {
    return gather(await rowsIn(this.#db).execute())
  }

  /** The account of this name, or undefined when there is none. */
  async find(name: string): Promise<Account | undefined> {
    return findIn(this.#db, name)
  }

  /** The names of the accounts that have a password, and so can sign in. */
  async namesWithPassword(): Promise<ReadonlySet<string>> {
    const rows = await this.#db
      .selectFrom("instant_user")
      .select("name")
      .where("password_hash", "is not", null)
      .execute()
    return new Set(rows.map(({ name }) => name))
  }

  /** Adds an account. @throws StoreError "exists", or "invalid" for a name that can't be. */
  async add(name: string, fields: AccountFields = {}): Promise<Account> {
    const { password, staff = false, superuser = false, isActive = true, groups = [] } = fields
    const stored = checkedName(name)
    const password_hash = password === undefined ? null : await hashPassword(password)
    await this.#db.transaction().execute(async (db) => {
      const row = await db
        .insertInto("instant_user")
        .values({
          name: stored,
          password_hash,
          is_active: flag(isActive),
          is_staff: flag(staff),
          is_superuser: flag(superuser),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("id")
        .executeTakeFirst()
      if (row === undefined) {
        throw new StoreError("exists", `There is a user "${stored}" already`)
      }
      await setGroups(db, row.id, groups)
    })
    return getIn(this.#db, stored)
  }

  /** The accounts of these names, in no order; names that nobody has are left out. */
  async findMany(names: readonly string[]): Promise<readonly Account[]> {
    const found: Account[] = []
    for (let at = 0; at < names.length; at += MOST_NAMES) {
      const some = names.slice(at, at + MOST_NAMES)
      found.push(...gather(await rowsIn(this.#db).where("instant_user.name", "in", some).execute()))
    }
    return found
  }

  /**
   * Changes what the fields name. A new password, or an account that is no longer active, ends the
   * user's sessions and connections; rights that are taken end the subscriptions that they gave.
   * @throws StoreError "unknown", or "invalid" for a group name that can't be.
   */
  async set(name: string, fields: AccountFields): Promise<Account> {
    const { password, groups } = fields
    const secret = password === undefined ? {} : { password_hash: await hashPassword(password) }
    await this.#db.transaction().execute(async (db) => {
      await holdRows(db, "instant_user", [name.normalize("NFKC")])
      const old = await getIn(db, name)
      const { staff = old.staff, superuser = old.superuser, isActive = old.isActive } = fields
      const { id } = await db
        .updateTable("instant_user")
        .set({
          is_active: flag(isActive),
          is_staff: flag(staff),
          is_superuser: flag(superuser),
          ...secret,
        })
        .where("name", "=", old.name)
        .returning("id")
        .executeTakeFirstOrThrow()
      if (groups !== undefined) await setGroups(db, id, groups)
      const isOut = password !== undefined || !isActive
      if (isOut) await db.deleteFrom("instant_session").where("user_id", "=", id).execute()
      const rights = { staff, superuser, groups: groups ?? old.groups }
      await this.#revocations.write(db, isOut ? [allOf(old)] : await lost(db, old, rights))
    })
    await this.#revocations.announce()
    return getIn(this.#db, name)
  }

  /** Removes an account, its sessions and its connections. @throws StoreError "unknown". */
  async remove(name: string): Promise<void> {
    const account = await getIn(this.#db, name)
    await this.#db.transaction().execute(async (db) => {
      await db.deleteFrom("instant_user").where("name", "=", account.name).execute()
      await this.#revocations.write(db, [allOf(account)])
    })
    await this.#revocations.announce()
  }

  /** The active account that has this name and password, or undefined. */
  async verify(name: string, password: string): Promise<Account | undefined> {
    const row = await this.#db
      .selectFrom("instant_user")
      .select("password_hash")
      .where("name", "=", name.normalize("NFKC"))
      .executeTakeFirst()
    if (!(await isPassword(password, row?.password_hash ?? null))) return undefined
    const account = await this.find(name)
    return account?.isActive ? account : undefined
  }
}

async function findIn(db: Database, name: string): Promise<Account | undefined> {
  const rows = rowsIn(db).where("instant_user.name", "=", name.normalize("NFKC"))
  return gather(await rows.execute())[0]
}

async function getIn(db: Database, name: string): Promise<Account> {
  const account = await findIn(db, name)
  if (account === undefined) throw new StoreError("unknown", `There is no user "${name}"`)
  return account
}

/** A row for each group of an account, and one for an account without. */
function rowsIn(db: Database) {
  return db
    .selectFrom("instant_user")
    .leftJoin("instant_user_group", "instant_user_group.user_id", "instant_user.id")
    .leftJoin("instant_group", "instant_group.id", "instant_user_group.group_id")
    .select([
      "instant_user.name",
      "instant_user.is_active",
      "instant_user.is_staff",
      "instant_user.is_superuser",
      "instant_group.name as group",
    ])
    .orderBy("instant_user.name")
    .orderBy("instant_group.name")
}

interface AccountRow {
  readonly name: string
  readonly is_active: Flag
  readonly is_staff: Flag
  readonly is_superuser: Flag
  readonly group: string | null
}

function gather(rows: readonly AccountRow[]): readonly Account[] {
  const accounts = new Map<string, Account & { readonly groups: string[] }>()
  for (const row of rows) {
    const account = accounts.get(row.name) ?? {
      id: row.name,
      name: row.name,
      staff: row.is_staff === 1,
      superuser: row.is_superuser === 1,
      groups: [],
      isActive: row.is_active === 1,
    }
    if (row.group !== null) account.groups.push(row.group)
    accounts.set(row.name, account)
  }
  return [...accounts.values()]
}

/** All that a user has. */
function allOf({ id }: Account): Revocation {
  return { kind: "user", user: id }
}

/** The channels that an account loses with its old rights. */
async function lost(
  db: Database,
  old: Account,
  rights: Pick<Account, "staff" | "superuser" | "groups">,
): Promise<readonly Revocation[]> {
  const channels = await lostChannels(db, old, { ...old, ...rights })
  return channels.map((channel) => ({ kind: "member", user: old.id, channel }))
}

async function setGroups(db: Database, id: number, names: readonly string[]): Promise<void> {
  await db.deleteFrom("instant_user_group").where("user_id", "=", id).execute()
  for (const group_id of await ensureGroups(db, names)) {
    await db.insertInto("instant_user_group").values({ user_id: id, group_id }).execute()
  }
}

function checkedName(name: string): string {
  const stored = name.normalize("NFKC")
  const isWhole = stored === stored.trim() && isPlain(stored)
  if (stored !== "" && stored.length <= MAX_LENGTH && isWhole) return stored
  throw new StoreError(
    "invalid",
    `The user name "${name}" must have 1 to ${MAX_LENGTH} characters, without control characters or spaces around`,
  )
}
