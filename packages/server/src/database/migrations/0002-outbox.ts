import { type Kysely, type Migration, sql } from "kysely"
import { outboxStates } from "../../outbox/outbox-entry.js"
import { createTableWithId, shortText } from "./columns.js"

/** The outbox: events that are accepted with a transaction, and delivered after it. */
export const outbox: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const states = sql.join(outboxStates.map((state) => sql.lit(state)))
    await createTableWithId(db, "instant_outbox")
      .addColumn("key", shortText(db, 36), (column) => column.notNull().unique())
      .addColumn("channel", shortText(db, 255), (column) => column.notNull())
      .addColumn("envelope", "text", (column) => column.notNull())
      .addColumn("state", "varchar(20)", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("due_at", "bigint", (column) => column.notNull())
      .addColumn("attempts", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("last_error", "text", (column) => column.notNull().defaultTo(""))
      .addColumn("delivered_at", "bigint")
      .addColumn("claimed_by", "varchar(120)", (column) => column.notNull().defaultTo(""))
      .addColumn("claimed_until", "bigint", (column) => column.notNull().defaultTo(0))
      .addCheckConstraint("instant_outbox_state", sql`state in (${states})`)
      .execute()
    await addIndexes(db)
  },
}

/** What is delivered stays for a day and is in no dispatcher's way: each looks into a part alone. */
async function addIndexes(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    sql`create index instant_outbox_waiting on instant_outbox (id) where state = 'waiting'`,
    sql`create index instant_outbox_barred on instant_outbox (channel)
        where state = 'waiting' and (claimed_by <> '' or attempts > 0)`,
    sql`create index instant_outbox_scheduled on instant_outbox (due_at) where state = 'scheduled'`,
    sql`create index instant_outbox_failed on instant_outbox (id) where state = 'failed'`,
    sql`create index instant_outbox_delivered on instant_outbox (delivered_at)
        where state = 'delivered'`,
  ]) {
    await statement.execute(db)
  }
}
