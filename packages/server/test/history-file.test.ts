import { readdir } from "node:fs/promises"
import { dirname } from "node:path"
import { describe, expect, test } from "vitest"
import { databases, sqlite } from "../../../test/databases.js"
import { createInstant, type EmbeddedOptions, type SiteOptions } from "../src/index.js"
import { SECRETS } from "./running-server.js"

type Options = Partial<SiteOptions & EmbeddedOptions>

const open = (database: string, options: Options = {}) =>
  createInstant({ database, secrets: SECRETS, ...options })

/** What a server that is started again knows of what one before it published. */
async function messagesAfterRestart(database: string, options?: Options) {
  const before = await open(database, options)
  await before.publish("news", "kept")
  await before.close()
  const after = await open(database, options)
  const { publications } = await after.history("news")
  await after.close()
  return publications.map(({ data }) => Object(data).message)
}

describe("beside a SQLite file", () => {
  test("is the history of its channels, which outlives the server", async () => {
    await using file = await sqlite.make()
    expect(await messagesAfterRestart(file.url)).toEqual(["kept"])
    expect(await readdir(dirname(file.url))).toContain("instant.sqlite-history")
  })

  test.each<[string, Options]>([
    ["where the engine has a broker of another kind", { engineConfig: { broker: {} } }],
    ["of a server that leaves the outbox to another", { outbox: "off" }],
  ])("is none %s", async (_, options) => {
    await using file = await sqlite.make()
    expect(await messagesAfterRestart(file.url, options)).toEqual([])
    expect(await readdir(dirname(file.url))).not.toContain("instant.sqlite-history")
  })

  test("is none of a second server that would deliver too: it doesn't start, and says why", async () => {
    await using file = await sqlite.make()
    const first = await open(file.url)
    await expect(open(file.url)).rejects.toThrow(
      /instant\.sqlite-history can't be used: another engine has it open/,
    )
    const worker = await open(file.url, { outbox: "off" })
    await worker.publish("news", "of a worker", { durable: true })
    await expect
      .poll(async () => (await first.history("news")).publications, { timeout: 5_000 })
      .toMatchObject([{ data: { message: "of a worker" } }])
    await worker.close()
    await first.close()
  })
})

describe.each(databases.filter((kind) => kind !== sqlite))("with $name", (kind) => {
  test("history is in memory, unless a file is named", async () => {
    await using database = await kind.make()
    expect(await messagesAfterRestart(database.url)).toEqual([])
  })
})
