import { readFile, stat, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { sql } from "kysely"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { databases, sqlite, type TestDatabase } from "../../../test/databases.js"
import { withDatabase } from "../src/database/connect.js"
import { backUp, databaseStatus, dialectOf, migrateDatabase, openStore } from "../src/index.js"

describe.each(databases)("a database on $name", (kind) => {
  let database: TestDatabase

  beforeEach(async () => {
    database = await kind.makeEmpty()
  })
  afterEach(async () => {
    await database[Symbol.asyncDispose]()
  })

  test("tells what is to come, what was done, and what is in it", async () => {
    const before = await databaseStatus(database.url)
    expect(before.tables).toEqual([])
    expect(before.migrations[0]).toEqual({ name: "0001-initial", appliedAt: undefined })
    const names = before.migrations.map(({ name }) => name)
    expect((await migrateDatabase(database.url)).applied).toEqual(names)
    expect((await migrateDatabase(database.url)).applied).toEqual([])
    const after = await databaseStatus(database.url)
    expect(after.migrations.map(({ name }) => name)).toEqual(names)
    for (const { appliedAt } of after.migrations) expect(appliedAt).toBeInstanceOf(Date)
    expect(after.tables).toContainEqual({ name: "instant_channel", rows: 4 })
    expect(after.size).toBeGreaterThan(before.size)
  })

  test("is not used when a newer version has changed it", async () => {
    await migrateDatabase(database.url)
    await withDatabase(database.url, ({ db }) =>
      sql`insert into instant_migration (name, timestamp) values ('9999-later', '2999')`.execute(
        db,
      ),
    )
    await expect(openStore(database.url)).rejects.toMatchObject({
      kind: "newer",
      message: expect.stringMatching(/was changed by a newer version of Instant: update this one/),
    })
  })

  test("is left as it was by a migration that fails", async () => {
    // In the way of a table that comes late in the first migration.
    await withDatabase(database.url, ({ db }) =>
      sql`create table instant_user_group (something integer)`.execute(db),
    )
    await expect(openStore(database.url)).rejects.toMatchObject({ kind: "other" })
    const { tables } = await databaseStatus(database.url)
    expect(tables).toEqual([{ name: "instant_user_group", rows: 0 }])
  })

  test("tells its dialect, in a transaction too", async () => {
    const dialect = kind.name === "SQLite" ? "sqlite" : "postgres"
    await withDatabase(database.url, async ({ db }) => {
      expect(dialectOf(db)).toBe(dialect)
      await db.transaction().execute(async (inside) => {
        expect(dialectOf(inside)).toBe(dialect)
      })
    })
  })
})

describe("a backup of SQLite", () => {
  test("is a database as it was, made while a server goes on", async () => {
    await using database = await sqlite.make()
    const store = await openStore(database.url)
    await store.channels.add("before")
    const copy = join(dirname(database.url), "copy.sqlite")
    await backUp(database.url, copy)
    await store.channels.add("after")
    await store.close()
    expect(((await stat(copy)).mode & 0o777).toString(8)).toBe("600")
    const restored = await openStore(copy)
    expect(await restored.channels.find("before")).toBeDefined()
    expect(await restored.channels.find("after")).toBeUndefined()
    await restored.close()
  })

  test("never takes the place of another file", async () => {
    await using database = await sqlite.make()
    await migrateDatabase(database.url)
    const copy = join(dirname(database.url), "copy")
    await writeFile(copy, "")
    await expect(backUp(database.url, copy)).rejects.toThrow(/There is a file .* already/)
    expect(await readFile(copy, "utf8")).toBe("")
  })

  test("needs a database, and a folder to be put in", async () => {
    await using database = await sqlite.make()
    const copy = join(dirname(database.url), "nowhere", "copy")
    await expect(backUp(database.url, copy)).rejects.toThrow(/There is no database/)
    await migrateDatabase(database.url)
    await expect(backUp(database.url, copy)).rejects.toThrow(/Can't write .*choose another place/)
  })
})
