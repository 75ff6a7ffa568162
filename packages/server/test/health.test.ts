import { createServer } from "node:http"
import { pino } from "pino"
import { describe, expect, inject, test } from "vitest"
import { databases, sqlite } from "../../../test/databases.js"
import { PostgresCluster } from "../../../test/postgres-cluster.js"
import { createInstant, type Instant } from "../src/index.js"
import { refusalOf } from "./browser.js"
import { RunningServer, SECRETS } from "./running-server.js"

const log = pino({ level: "silent" })
const KEY = { "X-API-Key": SECRETS.apiKey }

/** Asks an instance that nobody serves. */
function get(instant: Instant, path: string, headers: Record<string, string> = {}) {
  return instant.fetch(new Request(`http://127.0.0.1${path}`, { headers }))
}

describe.each(databases)("on $name", (kind) => {
  test("a server is ready, and tells why to who has the API key alone", async () => {
    await using server = await RunningServer.start({}, kind)
    const { instant } = server
    const checks = { database: "ok", engine: "ok", outbox: "ok" }
    const apikey = { Authorization: `apikey ${SECRETS.apiKey}` }
    for (const headers of [KEY, apikey]) {
      const response = await get(instant, "/instant/ready", headers)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ ready: true, checks })
    }
    for (const headers of [
      {},
      { "X-API-Key": "" },
      { "X-API-Key": "wrong" },
      { Authorization: "x" },
    ]) {
      expect(await (await get(instant, "/instant/ready", headers)).json()).toEqual({ ready: true })
    }
    const health = await get(instant, "/instant/health/")
    expect(await health.json()).toEqual({ status: "alive" })
    expect(health.headers.get("Cache-Control")).toBe("no-store")
    // As some watch servers.
    for (const path of ["/instant/health", "/instant/ready"]) {
      const head = new Request(`http://127.0.0.1${path}`, { method: "HEAD" })
      const response = await instant.fetch(head)
      expect([response.status, await response.text()]).toEqual([200, ""])
    }
  })

  test("a server whose outbox is stuck isn't", async () => {
    const database = await kind.make()
    const options = { database: database.url, secrets: SECRETS, log }
    const elsewhere = await createInstant({ ...options, outbox: "off" })
    await elsewhere.publish("public", "old", { durable: true })
    const hour = 3_600_000
    await elsewhere.database
      .updateTable("instant_outbox")
      .set({ due_at: Date.now() - hour, claimed_by: "another", claimed_until: Date.now() + hour })
      .execute()
    const instant = await createInstant(options)
    const response = await get(instant, "/instant/ready", KEY)
    expect(response.status).toBe(503)
    const { ready, checks } = await response.json()
    expect(ready).toBe(false)
    expect(checks).toMatchObject({ database: "ok", engine: "ok" })
    expect(checks.outbox).toMatch(/^Events are due since .* and not delivered/)
    expect((await get(elsewhere, "/instant/ready")).status).toBe(200)
    await Promise.all([instant.close(), elsewhere.close()])
    await database[Symbol.asyncDispose]()
  })
})

describe("a server", () => {
  test.each(["/instant/health", "/instant/ready"])("takes GET at %s", async (path) => {
    await using server = await RunningServer.start()
    const response = await server.browser().fetch(path)
    expect(response.headers.get("Allow")).toBe("GET")
    expect(await refusalOf(response)).toBe("405 method_not_allowed")
  })

  test("is not ready without its engine, and is alive", async () => {
    const database = await sqlite.make()
    const free = createServer().listen(0, "127.0.0.1")
    await new Promise((resolve) => free.once("listening", resolve))
    const address = free.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    await new Promise((resolve) => free.close(resolve))
    const url = `http://127.0.0.1:${address.port}`
    const engine = { url, apiKey: SECRETS.apiKey, tokenSecret: SECRETS.tokenKey }
    const instant = await createInstant({ database: database.url, engine, log })
    const response = await get(instant, "/instant/ready", KEY)
    expect(response.status).toBe(503)
    expect((await response.json()).checks.engine).toMatch(/is not reached/)
    expect((await get(instant, "/instant/health")).status).toBe(200)
    await instant.close()
    await database[Symbol.asyncDispose]()
  })
})

const postgres = inject("postgres")

describe.each(postgres === null ? [] : [postgres])("a server on PostgreSQL", ({ programs }) => {
  test("is not ready while its database is away", async () => {
    await using cluster = await PostgresCluster.make(programs)
    const instant = await createInstant({
      database: cluster.url("postgres"),
      secrets: SECRETS,
      log,
    })
    await cluster.stop()
    const response = await get(instant, "/instant/ready", KEY)
    expect(response.status).toBe(503)
    const { checks } = await response.json()
    expect(checks.database).toMatch(/can't be reached/)
    expect(checks.engine).toBe("ok")
    expect(JSON.stringify(await (await get(instant, "/instant/ready")).json())).toBe(
      '{"ready":false}',
    )
    await cluster.start()
    await instant.close()
  })
})
