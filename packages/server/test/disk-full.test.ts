import { sql } from "kysely"
import { expect, test, vi } from "vitest"
import type { Instant } from "../src/index.js"
import { listen } from "./realtime.js"
import { PASSWORD, RunningServer } from "./running-server.js"

const DURABLE = { durable: true } as const
/** As many as a file of SQLite may have. */
const ALL_PAGES = 4_294_967_294

/** Lets the file of the database grow to so many pages, as a disk does that has no more. */
async function limitPages({ database }: Instant, pages: number): Promise<void> {
  await sql`pragma max_page_count = ${sql.lit(pages)}`.execute(database)
}

/** Publishes what is large, until it is refused. */
async function fill(instant: Instant): Promise<number> {
  for (let accepted = 0; accepted < 100; accepted++) {
    const error = await instant.publish("news", "x".repeat(20_000), DURABLE).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error === undefined) continue
    expect(error).toMatchObject({ name: "DatabaseError", kind: "full" })
    expect(String(error)).toMatch(/can't grow: free some space on its disk/)
    return accepted
  }
  throw new Error("the disk was never full")
}

test("a full disk refuses what has to be kept, and stops nothing else; with space again all goes on", async () => {
  await using server = await RunningServer.start({ anonymousAccess: true })
  const { instant } = server
  await instant.channels.add("news", { level: "public" })
  const ann = await server.signedIn("ann")
  const { received } = await listen(server, await server.browser().tokens())

  await limitPages(instant, 1)
  const accepted = await fill(instant)
  await instant.publish("news", "live")
  for (let taken = 0; taken < accepted; taken++) await received.next()
  expect((await received.next()).data).toMatchObject({ message: "live" })

  expect((await ann.fetch("/instant/get_token/")).status).toBe(200)
  expect((await server.browser().fetch("/instant/health", { method: "GET" })).status).toBe(200)

  await limitPages(instant, ALL_PAGES)
  await instant.publish("news", "kept again", DURABLE)
  expect((await received.next()).data).toMatchObject({ message: "kept again" })
  expect((await server.browser().login("ann", PASSWORD)).status).toBe(200)
  await vi.waitFor(async () => {
    expect(await instant.outbox.stats()).toMatchObject({ waiting: 0, failed: 0 })
  })
  expect(await instant.outbox.list()).toHaveLength(accepted + 1)
})
