import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from "kysely"
import { dialectOf } from "../database.js"

/** Begins a table whose key `id` counts up: 64 bits wide, as is `bigint` for what refers to it. */
export function createTableWithId(
  db: Kysely<unknown>,
  name: string,
): CreateTableBuilder<string, "id"> {
  const table = db.schema.createTable(name)
  return dialectOf(db) === "postgres"
    ? table.addColumn("id", "bigint", (id) => id.primaryKey().generatedByDefaultAsIdentity())
    : table.addColumn("id", "integer", (id) => id.primaryKey().autoIncrement())
}

/** The type of a short text that is sorted and compared by its bytes, on whichever database. */
export function shortText(db: Kysely<unknown>, length: number): RawBuilder<unknown> {
  const type = sql.raw(`varchar(${length})`)
  return dialectOf(db) === "postgres" ? sql`${type} collate "C"` : type
}

/** Adds an index on one column. */
export async function addIndex(db: Kysely<unknown>, table: string, column: string): Promise<void> {
  await db.schema.createIndex(`${table}_${column}`).on(table).column(column).execute()
}
