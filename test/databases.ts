import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { inject } from "vitest"
import { TEMPLATE } from "./postgres-setup.js"

/** A database of a test's own, which is removed when it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  /** What `createInstant` and `openStore` take: a path or a URL. */
  readonly url: string
}

/** A kind of database that Instant runs on. */
export interface DatabaseKind {
  readonly name: "SQLite" | "PostgreSQL"
  /** Makes one whose tables are up to date, or will be once it is opened. */
  make(): Promise<TestDatabase>
  /** Makes one without tables. */
  makeEmpty(): Promise<TestDatabase>
}

/** A file in a folder of its own. */
export const sqlite: DatabaseKind = { name: "SQLite", make: makeFile, makeEmpty: makeFile }

/** Each kind that there is here, for `describe.each(databases)("… on $name", (kind) => …)`. */
export const databases: readonly DatabaseKind[] = [sqlite, ...postgres()]

function postgres(): readonly DatabaseKind[] {
  const server = inject("postgres")
  if (server === null) return []
  return [
    {
      name: "PostgreSQL",
      make: () => makeIn(server.url, TEMPLATE),
      makeEmpty: () => makeIn(server.url, "template1"),
    },
  ]
}

async function makeFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "instant-database-"))
  return {
    url: join(folder, "instant.sqlite"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

async function makeIn(server: string, template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`
  await run(server, `create database ${name} template ${template}`)
  return {
    url: server.replace("/postgres?", `/${name}?`),
    [Symbol.asyncDispose]: () => run(server, `drop database ${name} with (force)`),
  }
}

async function run(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
