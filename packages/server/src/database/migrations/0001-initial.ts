import { type Kysely, type Migration, sql } from "kysely"
import { channelLevels } from "../../channels/level.js"
import { addIndex, createTableWithId, shortText } from "./columns.js"

/** Channels, groups, users and sessions; and the four channels that a broadcast goes to. */
export const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createChannels(db)
    await createAccounts(db)
    await createSessions(db)
    await createMemberships(db)
    await addBroadcastChannels(db)
  },
}

async function createChannels(db: Kysely<unknown>): Promise<void> {
  const levels = sql.join(channelLevels.map((level) => sql.lit(level)))
  await createTableWithId(db, "instant_channel")
    .addColumn("name", shortText(db, 120), (column) => column.notNull().unique())
    .addColumn("level", "varchar(20)", (column) => column.notNull().defaultTo("superuser"))
    .addColumn("is_active", "integer", (column) => column.notNull().defaultTo(1))
    .addCheckConstraint("instant_channel_level", sql`level in (${levels})`)
    .addCheckConstraint("instant_channel_length", sql`length(name) between 1 and 120`)
    .addCheckConstraint("instant_channel_private", sql`level = 'public' or name like '$_%'`)
    .execute()
}

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, "instant_group")
    .addColumn("name", shortText(db, 150), (column) => column.notNull().unique())
    .execute()
  await createTableWithId(db, "instant_user")
    .addColumn("name", shortText(db, 150), (column) => column.notNull().unique())
    .addColumn("password_hash", "varchar(255)")
    .addColumn("is_active", "integer", (column) => column.notNull().defaultTo(1))
    .addColumn("is_staff", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("is_superuser", "integer", (column) => column.notNull().defaultTo(0))
    .execute()
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("instant_session")
    .addColumn("id", "varchar(64)", (column) => column.primaryKey())
    .addColumn("user_id", "bigint", (column) =>
      column.notNull().references("instant_user.id").onDelete("cascade"),
    )
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute()
  await addIndex(db, "instant_session", "user_id")
  await addIndex(db, "instant_session", "expires_at")
}

async function createMemberships(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("instant_channel_group")
    .addColumn("channel_id", "bigint", (column) =>
      column.notNull().references("instant_channel.id").onDelete("cascade"),
    )
    .addColumn("group_id", "bigint", (column) =>
      column.notNull().references("instant_group.id").onDelete("cascade"),
    )
    .addPrimaryKeyConstraint("instant_channel_group_pk", ["channel_id", "group_id"])
    .execute()
  await db.schema
    .createTable("instant_user_group")
    .addColumn("user_id", "bigint", (column) =>
      column.notNull().references("instant_user.id").onDelete("cascade"),
    )
    .addColumn("group_id", "bigint", (column) =>
      column.notNull().references("instant_group.id").onDelete("cascade"),
    )
    .addPrimaryKeyConstraint("instant_user_group_pk", ["user_id", "group_id"])
    .execute()
  await addIndex(db, "instant_channel_group", "group_id")
  await addIndex(db, "instant_user_group", "group_id")
}

async function addBroadcastChannels(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into instant_channel (name, level, is_active) values
      ('public', 'public', 1),
      ('$users', 'users', 1),
      ('$staff', 'staff', 1),
      ('$superuser', 'superuser', 1)
  `.execute(db)
}
