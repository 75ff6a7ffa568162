import { chmod, mkdir, mkdtemp, open, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sql } from "kysely"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { connect } from "../src/database/connect.js"
import type { Database } from "../src/database/database.js"
import { DatabaseError, openStore } from "../src/index.js"

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "instant-database-"))
  path = join(folder, "instant.sqlite")
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** Why a database can't be opened. */
async function troubleWith(file: string): Promise<string> {
  try {
    await (await openStore(file)).close()
  } catch (error) {
    if (error instanceof DatabaseError) return error.message
    throw error
  }
  throw new Error("it could be opened")
}

describe("a database that can't be used", () => {
  test("is no database", async () => {
    await writeFile(path, "not a database ".repeat(1_000))
    expect(await troubleWith(path)).toMatch(/^The database .*instant\.sqlite is damaged, .* backup/)
  })

  test("is damaged in the middle", async () => {
    const store = await openStore(path)
    for (let n = 0; n < 50; n++) await store.channels.add(`channel-${n}-${"x".repeat(90)}`)
    await store.close()
    const { size } = await stat(path)
    const file = await open(path, "r+")
    await file.write(Buffer.alloc(size - 8_192, 0x5a), 0, size - 8_192, 8_192)
    await file.close()
    expect(await troubleWith(path)).toMatch(/is damaged/)
  })

  test("is a folder", async () => {
    await mkdir(path)
    expect(await troubleWith(path)).toMatch(/can't be opened: check that its folder exists/)
  })

  test("is in a folder that isn't there", async () => {
    expect(await troubleWith(join(folder, "nowhere", "instant.sqlite"))).toMatch(/can't be opened/)
  })
})

describe("a database that can only be read", () => {
  test("says so at the start, and not at the first sign-in", async () => {
    const readOnly = /can only be read: make the file and its folder writable/
    await (await openStore(path)).close()
    await chmod(path, 0o444)
    await chmod(folder, 0o555)
    expect(await asNobody(() => troubleWith(path))).toMatch(readOnly)
    await chmod(folder, 0o755)
    expect(await asNobody(() => troubleWith(path))).toMatch(readOnly)
  })
})

/** Root may write everything; so it becomes somebody who may not. */
async function asNobody<T>(action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action()
  process.seteuid?.(65_534)
  try {
    return await action()
  } finally {
    process.seteuid?.(0)
  }
}

describe("a database that another process writes to", () => {
  test("is busy, and free afterwards", async () => {
    const [one, other] = [await connect(path), await connect(path)]
    await sql`pragma busy_timeout = 0`.execute(one)
    const add = (db: Database) => db.insertInto("instant_group").values({ name: "team" }).execute()
    await other.transaction().execute(async () => {
      const error = await one.transaction().execute(add).catch(String)
      expect(error).toMatch(/^DatabaseError: .* is in use by another process/)
    })
    await one.transaction().execute(add)
    expect(await other.selectFrom("instant_group").select("name").execute()).toContainEqual({
      name: "team",
    })
    await Promise.all([one.destroy(), other.destroy()])
  })
})
