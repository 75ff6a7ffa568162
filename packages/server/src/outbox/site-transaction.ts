import type { CompiledQuery } from "kysely"

/**
 * A transaction of the site's own, on the database that Instant keeps its tables in: Kysely's, of
 * whatever tables, or a client of `pg` that has begun one.
 */
export type SiteTransaction = KyselyTransaction | PgClient

/** As much of Kysely's `Transaction` as is needed. */
export interface KyselyTransaction {
  readonly isTransaction: true
  /** Runs a statement within it. */
  executeQuery(query: CompiledQuery): Promise<Rows>
}

/** As much of the `Client` of `pg` as is needed, or of a client of its `Pool`. */
export interface PgClient {
  /** Runs a statement, its values as `$1`, `$2` …. */
  query(text: string, values: unknown[]): Promise<Rows>
}

/** What a statement gives. */
export interface Rows {
  readonly rows: readonly unknown[]
}

/**
 * Runs a statement in the site's transaction.
 * @throws TypeError for what is no transaction, as a pool, which would run it in another.
 */
export async function runWithin(
  transaction: SiteTransaction,
  statement: CompiledQuery,
): Promise<Rows> {
  if ("executeQuery" in transaction && transaction.isTransaction) {
    return transaction.executeQuery(statement)
  }
  if ("query" in transaction && !("totalCount" in transaction)) {
    return transaction.query(statement.sql, [...statement.parameters])
  }
  throw new TypeError(
    "transaction must be a Kysely transaction, or a pg client that has begun one: a pool or a Kysely without one would accept the event in another transaction than yours",
  )
}
