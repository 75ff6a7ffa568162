import { sql } from "kysely"
import type { Database } from "./database.js"
import type { Schema } from "./schema.js"

/**
 * Keeps others from changing the rows of these names until the transaction ends, so that what is read of them now stays
 * true. On SQLite a transaction keeps them out of the whole file anyhow.
 */
export async function holdRows(
  transaction: Database,
  table: keyof Schema,
  names: readonly string[],
): Promise<void> {
  const list = sql.join(names)
  await sql`update ${sql.table(table)} set name = name where name in (${list})`.execute(transaction)
}
