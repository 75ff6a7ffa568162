import { readdir, readFile } from "node:fs/promises"
import { openStore } from "@instant-ws/server/offline"
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest"
import { databases, type TestDatabase } from "../../../test/databases.js"
import { Cli } from "./cli.js"

let cli: Cli

beforeEach(async () => {
  cli = await Cli.make()
})
afterEach(async () => {
  await cli[Symbol.asyncDispose]()
})

describe.each(databases)("a database on $name, named by DATABASE_URL", (kind) => {
  let database: TestDatabase
  let env: Record<string, string>

  beforeEach(async () => {
    database = await kind.makeEmpty()
    env = { DATABASE_URL: database.url }
  })
  afterEach(async () => {
    await database[Symbol.asyncDispose]()
  })

  /** What a command prints when it does what it is asked. */
  async function output(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await cli.run(args, { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    return stdout
  }

  test("is what start and the other commands use", async () => {
    await cli.start([], env)
    await output("channels", "add", "lobby", "--level", "users")
    expect(await output("publish", "lobby", "m")).toBe("Published to $lobby\n")
    expect(await readdir(cli.home())).not.toContain("instant.sqlite")
  })

  test("is brought up to date, which its status shows", async () => {
    const before = await output("db", "status")
    expect(before).toMatch(new RegExp(`^Kind +${kind.name}$`, "m"))
    expect(before).toMatch(/^0001-initial +no$/m)
    expect(before).toContain("Not up to date")
    expect(await output("db", "migrate")).toMatch(/^Applied 0001-initial$.*is up to date$/ms)
    expect(await output("db", "migrate")).toMatch(/^The database .* is up to date\n$/)
    const after = await output("db", "status")
    expect(after).toMatch(/^0001-initial +\d{4}-\d\d-\d\dT/m)
    expect(after).toMatch(/^instant_channel +4$/m)
    expect(after).not.toContain("Not up to date")
  })

  test("is migrated once by several processes that begin at once", async () => {
    const runs = Array.from({ length: 4 }, () => output("db", "migrate"))
    const applied = (await Promise.all(runs)).filter((text) => text.includes("Applied 0001"))
    expect(applied).toHaveLength(1)
  })
})

describe("a backup", () => {
  test("of SQLite is made while the server runs", async () => {
    await cli.start()
    const store = await openStore(cli.home("instant.sqlite"))
    await store.channels.add("lobby")
    await store.close()
    const file = `${cli.folder}/copy.sqlite`
    const { code, stdout } = await cli.run(["db", "backup", file])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Backed up/) })
    const copy = await openStore(file)
    expect(await copy.channels.find("lobby")).toBeDefined()
    await copy.close()
    const again = await cli.run(["db", "backup", file])
    const refused = { code: 1, stderr: expect.stringMatching(/There is a file .* already/) }
    expect(again).toMatchObject(refused)
  })

  const server = inject("postgres")
  test.each(server === null ? [] : [server])("of PostgreSQL is pg_dump's", async ({ programs }) => {
    const database = await databases.find(({ name }) => name === "PostgreSQL")?.make()
    const file = `${cli.folder}/copy.dump`
    const env = { DATABASE_URL: database?.url ?? "" }
    const missing = await cli.run(["db", "backup", file], { env: { ...env, PATH: "/nowhere" } })
    expect(missing.stderr).toMatch(/no pg_dump here: .* run elsewhere: pg_dump '--format=custom'/)
    expect(await readdir(cli.folder)).not.toContain("copy.dump")
    const made = await cli.run(["db", "backup", file], { env: { ...env, PATH: programs } })
    expect(made).toMatchObject({ code: 0, stderr: "" })
    expect((await readFile(file)).subarray(0, 5).toString()).toBe("PGDMP")
    await database?.[Symbol.asyncDispose]()
  })
})

test.each([
  { url: "postgres://user:s3cret-word@127.0.0.1:1/name", words: /127\.0\.0\.1/ },
  { url: "mysql://user:s3cret-word@host/name", words: /a SQLite file, or a URL as/ },
])("the password of DATABASE_URL is told nowhere (%#)", async ({ url, words }) => {
  const env = { DATABASE_URL: url }
  const commands = [["start"], ["db", "status"], ["channels", "list"], ["db", "backup", "file"]]
  const all = await Promise.all(commands.map((command) => cli.run(command, { env })))
  for (const { code, stdout, stderr } of all) {
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
    expect(stdout + stderr).not.toContain("s3cret-word")
  }
})
