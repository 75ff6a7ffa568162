import { sql } from "kysely"
import { type Database, dialectOf } from "./database.js"
import type { Schema } from "./schema.js"

/**
 * Keeps others from changing the rows of these names until the transaction ends, so that what is read of them now stays
 * true. On SQLite a transaction has the whole file for itself anyhow.
 */
export async function holdRows(
  transaction: Database,
  table: keyof Schema,
  names: readonly string[],
): Promise<void> {
  if (dialectOf(transaction) === "sqlite") return
  const list = sql.join(names)
  await sql`select 1 from ${sql.table(table)} where name in (${list}) for update`.execute(
    transaction,
  )
}
