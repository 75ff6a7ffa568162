import { ensureGroups } from "../accounts/group-store.js"
import type { InstantUser } from "../accounts/user.js"
import type { Database } from "../database/database.js"
import { holdRows } from "../database/hold-rows.js"
import { type Flag, flag } from "../database/schema.js"
import { runWithin, type SiteTransaction } from "../outbox/site-transaction.js"
import type { RevocationLog } from "../revocation/revocation-log.js"
import { StoreError } from "../store-error.js"
import { mayBeSeenBy } from "./access.js"
import { possibleNames, storedName } from "./channel-name.js"
import { type ChannelLevel, channelLevels } from "./level.js"

/** A channel that events are published to. */
export interface Channel {
  /** Begins with `$` unless the channel is public. */
  readonly name: string
  readonly level: ChannelLevel
  /** A channel that isn't active is in nobody's list; publishing to it goes on. */
  readonly isActive: boolean
  /** The names of the groups whose members see the channel whatever its level. */
  readonly groups: readonly string[]
}

/** What a channel is made of, or what of it is to change. */
export interface ChannelFields {
  /** @default "superuser" */
  readonly level?: ChannelLevel | undefined
  /** @default true */
  readonly isActive?: boolean | undefined
  /** Names of groups, which come to be when they are new. @default [] */
  readonly groups?: readonly string[] | undefined
}

/** The channels of an installation. Names are taken with and without their `$`. */
export class ChannelStore {
  readonly #db: Database
  readonly #revocations: RevocationLog
  readonly #listeners = new Set<() => void>()

  constructor(db: Database, revocations: RevocationLog) {
    this.#db = db
    this.#revocations = revocations
  }

  /** Calls the listener after each change that is made through this store. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** All channels, by name. */
  async list(): Promise<readonly Channel[]> {
    return gather(await rowsIn(this.#db).execute())
  }

  /** The names of all channels; within a transaction of the site's own, as it sees them. */
  async names(transaction?: SiteTransaction): Promise<readonly string[]> {
    const query = this.#db.selectFrom("instant_channel").select("name")
    if (transaction === undefined) return (await query.execute()).map(({ name }) => name)
    const { rows } = await runWithin(transaction, query.compile())
    return rows.map((row) => String(Object(row).name))
  }

  /** The active channels that somebody may see, by name; null is an anonymous visitor. */
  async forUser(user: InstantUser | null): Promise<readonly Channel[]> {
    return gather(await rowsIn(this.#db).where(mayBeSeenBy(user)).execute())
  }

  /** The channel of this name, or undefined when there is none. */
  async find(name: string): Promise<Channel | undefined> {
    return findIn(this.#db, name)
  }

  /**
   * Adds a channel; one that isn't public gets a `$` before its name.
   * @throws StoreError "exists", or "invalid" for a name or a level that can't be.
   */
  async add(name: string, fields: ChannelFields = {}): Promise<Channel> {
    const { isActive = true, groups = [] } = fields
    const level = checkedLevel(fields.level ?? "superuser")
    const stored = storedName(name, level)
    await this.#db.transaction().execute(async (db) => {
      const row = await db
        .insertInto("instant_channel")
        .values({ name: stored, level, is_active: flag(isActive) })
        .onConflict((conflict) => conflict.doNothing())
        .returning("id")
        .executeTakeFirst()
      if (row === undefined) throw taken(stored)
      await setGroups(db, row.id, groups)
    })
    await this.#changed()
    return getIn(this.#db, stored)
  }

  /**
   * Changes what the fields name. A public channel that becomes private gets its `$`; a private one
   * that becomes public keeps it. Who may not see it any more is unsubscribed.
   * @throws StoreError "unknown", "exists" when the new name is taken, or "invalid".
   */
  async set(name: string, fields: ChannelFields): Promise<Channel> {
    const level = fields.level && checkedLevel(fields.level)
    const stored = await this.#db.transaction().execute(async (db) => {
      await holdRows(db, "instant_channel", possibleNames(name))
      const old = await getIn(db, name)
      const next = storedName(old.name, level ?? old.level)
      if (next !== old.name && (await findIn(db, next)) !== undefined) throw taken(next)
      const { id } = await db
        .updateTable("instant_channel")
        .set({
          name: next,
          level: level ?? old.level,
          is_active: flag(fields.isActive ?? old.isActive),
        })
        .where("name", "=", old.name)
        .returning("id")
        .executeTakeFirstOrThrow()
      if (fields.groups !== undefined) await setGroups(db, id, fields.groups)
      if (takesAccess(old, { ...fields, name: next })) {
        await this.#revocations.write(db, [{ kind: "channel", channel: old.name }])
      }
      return next
    })
    await this.#changed()
    return getIn(this.#db, stored)
  }

  /** Removes a channel, and unsubscribes everybody. @throws StoreError "unknown". */
  async remove(name: string): Promise<void> {
    const channel = await getIn(this.#db, name)
    await this.#db.transaction().execute(async (db) => {
      await db.deleteFrom("instant_channel").where("name", "=", channel.name).execute()
      await this.#revocations.write(db, [{ kind: "channel", channel: channel.name }])
    })
    await this.#changed()
  }

  async #changed(): Promise<void> {
    for (const listener of this.#listeners) listener()
    await this.#revocations.announce()
  }
}

async function findIn(db: Database, name: string): Promise<Channel | undefined> {
  const names = possibleNames(name)
  const found = gather(await rowsIn(db).where("instant_channel.name", "in", names).execute())
  return names.flatMap((each) => found.filter((channel) => channel.name === each))[0]
}

async function getIn(db: Database, name: string): Promise<Channel> {
  const channel = await findIn(db, name)
  if (channel === undefined) throw new StoreError("unknown", `There is no channel "${name}"`)
  return channel
}

/** A row for each group of a channel, and one for a channel without. */
function rowsIn(db: Database) {
  return db
    .selectFrom("instant_channel")
    .leftJoin("instant_channel_group", "instant_channel_group.channel_id", "instant_channel.id")
    .leftJoin("instant_group", "instant_group.id", "instant_channel_group.group_id")
    .select([
      "instant_channel.name",
      "instant_channel.level",
      "instant_channel.is_active",
      "instant_group.name as group",
    ])
    .orderBy("instant_channel.name")
    .orderBy("instant_group.name")
}

/** Whether a change may take a channel away from somebody. */
function takesAccess(old: Channel, next: ChannelFields & { readonly name: string }): boolean {
  const { name, level = old.level, isActive = old.isActive, groups = old.groups } = next
  if (name !== old.name || level !== old.level || (old.isActive && !isActive)) return true
  return old.groups.some((group) => !groups.includes(group))
}

interface ChannelRow {
  readonly name: string
  readonly level: ChannelLevel
  readonly is_active: Flag
  readonly group: string | null
}

function gather(rows: readonly ChannelRow[]): readonly Channel[] {
  const channels = new Map<string, Channel & { readonly groups: string[] }>()
  for (const { name, level, is_active, group } of rows) {
    const channel = channels.get(name) ?? { name, level, isActive: is_active === 1, groups: [] }
    if (group !== null) channel.groups.push(group)
    channels.set(name, channel)
  }
  return [...channels.values()]
}

async function setGroups(db: Database, id: number, names: readonly string[]): Promise<void> {
  await db.deleteFrom("instant_channel_group").where("channel_id", "=", id).execute()
  for (const group_id of await ensureGroups(db, names)) {
    await db.insertInto("instant_channel_group").values({ channel_id: id, group_id }).execute()
  }
}

function checkedLevel(level: ChannelLevel): ChannelLevel {
  if (channelLevels.includes(level)) return level
  const known = channelLevels.join(", ")
  throw new StoreError("invalid", `There is no level "${level}": take one of ${known}`)
}

function taken(name: string): StoreError {
  return new StoreError("exists", `There is a channel "${name}" already`)
}
