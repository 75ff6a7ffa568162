import pg from "pg"
import { DatabaseError } from "./database-error.js"

/** Where a PostgreSQL database is, as its driver understands the URL and the environment. */
export interface PostgresPlace {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly password: string | undefined
}

/** Reads a PostgreSQL URL. @throws DatabaseError when it is none. */
export function placeOf(url: string): PostgresPlace {
  try {
    const { host, port, user = "", database = "", password } = new pg.Client(url)
    return { host, port, user, database: database || user, password }
  } catch {
    // What failed may tell the password, so it is no cause of the error.
    throw new DatabaseError("postgres://…", {
      kind: "invalid",
      words:
        "is named by no URL that can be read: write it as postgres://user:password@host:5432/name",
    })
  }
}

/** A PostgreSQL URL without its password and its options. @throws DatabaseError when it is none. */
export function postgresName(url: string): string {
  const { host, port, ...rest } = placeOf(url)
  const [user, database] = [rest.user, rest.database].map(encodeURIComponent)
  // The folder of a Unix socket can't stand where a host does.
  if (host.startsWith("/")) return `postgres://${user}@/${database}?host=${host}&port=${port}`
  return `postgres://${user}@${host.includes(":") ? `[${host}]` : host}:${port}/${database}`
}
