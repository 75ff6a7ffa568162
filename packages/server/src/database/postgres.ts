import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from "kysely"
import pg from "pg"
import { unknownTrouble } from "./database-error.js"
import type { OpenDatabase } from "./open-database.js"
import { postgresError } from "./postgres-error.js"
import { postgresName } from "./postgres-name.js"
import type { Schema } from "./schema.js"
import { storable } from "./storable.js"

/** How long the server may take to accept a connection, or a free one to turn up, in milliseconds. */
const CONNECTION_TIMEOUT = 5_000

/** `bigint`, as PostgreSQL numbers it. */
const BIGINT = 20

/** Ours are times and counts, which a number holds. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text") =>
    // The declaration has an overload for each format, which an arrow function can't have.
    oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

/**
 * Opens a PostgreSQL database; it is reached at the first statement, and again at the next one after it
 * was away. Statements that fail because of the database throw DatabaseError.
 * @throws DatabaseError when the URL is none.
 */
export function openPostgres(url: string): OpenDatabase {
  const name = postgresName(url)
  const explain = (cause: unknown) => postgresError(name, cause) ?? unknownTrouble(name, cause)
  const pool = poolOf(url, name)
  return { db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }), name, explain }
}

function poolOf(url: string, name: string): PostgresPool {
  const pool = new pg.Pool({
    application_name: "instant",
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    keepAlive: true,
    types,
    connectionString: url,
  })
  // A connection that is lost says so in the statement that wants it next.
  pool.on("error", () => {})
  pool.on("connect", (client) => client.on("error", () => {}))
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await explained(name, pool.connect())
      const known = clients.get(client) ?? explaining(name, client)
      clients.set(client, known)
      return known
    },
    end: () => pool.end(),
  }
}

/** A client whose statements fail with words for the user. */
function explaining(name: string, client: pg.PoolClient): PostgresPoolClient {
  function query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  function query(text: unknown, parameters: readonly unknown[] = []): unknown {
    if (typeof text !== "string") throw new TypeError("Statements are read whole, without a cursor")
    return explained(name, client.query(text, parameters.map(storable)))
  }
  return { query, release: () => client.release() }
}

async function explained<T>(name: string, action: Promise<T>): Promise<T> {
  try {
    return await action
  } catch (cause) {
    throw postgresError(name, cause) ?? cause
  }
}
