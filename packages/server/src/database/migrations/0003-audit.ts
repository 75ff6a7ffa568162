import type { Kysely, Migration } from "kysely"
import { createTableWithId } from "./columns.js"

/** The audit log: who did what in the admin. */
export const audit: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createTableWithId(db, "instant_audit")
      .addColumn("at", "bigint", (column) => column.notNull())
      .addColumn("actor", "text", (column) => column.notNull())
      .addColumn("action", "varchar(40)", (column) => column.notNull())
      .addColumn("target", "text", (column) => column.notNull())
      .addColumn("details", "text", (column) => column.notNull())
      .execute()
    await db.schema.createIndex("instant_audit_at").on("instant_audit").column("at").execute()
  },
}
