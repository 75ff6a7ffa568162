import type { Kysely, Migration } from "kysely"
import { addIndex, createTableWithId, shortText } from "./columns.js"

/** What access was taken away, so that every server on this database hears of it. */
export const revocation: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createTableWithId(db, "instant_revocation")
      .addColumn("at", "bigint", (column) => column.notNull())
      .addColumn("user_id", shortText(db, 255))
      .addColumn("channel", shortText(db, 255))
      .execute()
    await addIndex(db, "instant_revocation", "at")
  },
}
