import type { Database } from "../database/database.js"
import type { RevocationLog } from "../revocation/revocation-log.js"
import { StoreError } from "../store-error.js"

/** The longest name of a group, in characters. */
export const MAX_GROUP_NAME = 150

/** How many belong to a group. */
export interface GroupSize {
  readonly name: string
  readonly users: number
  readonly channels: number
}

/** The groups of an installation: names that users and channels share. */
export class GroupStore {
  readonly #db: Database
  readonly #revocations: RevocationLog

  constructor(db: Database, revocations: RevocationLog) {
    this.#db = db
    this.#revocations = revocations
  }

  /** The names of all groups, sorted. */
  async list(): Promise<readonly string[]> {
    const rows = await this.#db.selectFrom("instant_group").select("name").orderBy("name").execute()
    return rows.map(({ name }) => name)
  }

  /** How many users and channels each group has, by name. */
  async sizes(): Promise<readonly GroupSize[]> {
    const rows = await this.#db
      .selectFrom("instant_group")
      .select("name")
      .select(({ selectFrom, fn }) => [
        selectFrom("instant_user_group")
          .select(fn.countAll<number>().as("count"))
          .whereRef("group_id", "=", "instant_group.id")
          .as("users"),
        selectFrom("instant_channel_group")
          .select(fn.countAll<number>().as("count"))
          .whereRef("group_id", "=", "instant_group.id")
          .as("channels"),
      ])
      .orderBy("name")
      .execute()
    return rows.map(({ name, users, channels }) => ({
      name,
      users: users ?? 0,
      channels: channels ?? 0,
    }))
  }

  /** Adds a group; one that exists stays as it is. @throws StoreError "invalid". */
  async add(name: string): Promise<void> {
    await ensureGroups(this.#db, [name])
  }

  /** Removes a group: its users and channels lose it. @throws StoreError "unknown". */
  async remove(name: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const channels = await channelsOf(db, name)
      const { numDeletedRows } = await db
        .deleteFrom("instant_group")
        .where("name", "=", name)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw new StoreError("unknown", `There is no group "${name}"`)
      const taken = channels.map((channel) => ({ kind: "channel", channel }) as const)
      await this.#revocations.write(db, taken)
    })
    await this.#revocations.announce()
  }
}

/** The names of the channels that a group's members see for it. */
async function channelsOf(db: Database, group: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("instant_channel")
    .innerJoin("instant_channel_group", "instant_channel_group.channel_id", "instant_channel.id")
    .innerJoin("instant_group", "instant_group.id", "instant_channel_group.group_id")
    .select("instant_channel.name")
    .where("instant_group.name", "=", group)
    .execute()
  return rows.map(({ name }) => name)
}

/** The ids of the groups of these names, which come to be when they are new. @throws StoreError "invalid". */
export async function ensureGroups(
  db: Database,
  names: readonly string[],
): Promise<readonly number[]> {
  // In one order, so that two transactions never wait for each other.
  const wanted = [...new Set(names)].sort()
  if (wanted.length === 0) return []
  for (const name of wanted) {
    await db
      .insertInto("instant_group")
      .values({ name: checkedName(name) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const rows = await db
    .selectFrom("instant_group")
    .select("id")
    .where("name", "in", wanted)
    .execute()
  return rows.map(({ id }) => id)
}

function checkedName(name: string): string {
  if (name !== "" && name.length <= MAX_GROUP_NAME && name === name.trim()) return name
  throw new StoreError(
    "invalid",
    `The group name "${name}" must have 1 to ${MAX_GROUP_NAME} characters, without spaces around`,
  )
}
