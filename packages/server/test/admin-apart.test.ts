import { createServer, type Server } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { pino } from "pino"
import { describe, expect, inject, test } from "vitest"
import { sqlite } from "../../../test/databases.js"
import { PostgresCluster } from "../../../test/postgres-cluster.js"
import { createInstant, type Instant } from "../src/index.js"
import { AdminApi } from "./admin-api.js"
import { Browser } from "./browser.js"
import { listen } from "./realtime.js"
import { RunningServer, SECRETS } from "./running-server.js"

const log = pino({ level: "silent" })
const root = { id: "root", name: "root", staff: false, superuser: true, groups: [] }

/** The admin of an instance, behind HTTP of its own. */
class Served implements AsyncDisposable {
  readonly admin: AdminApi
  readonly #instant: Instant
  readonly #http: Server

  constructor(admin: AdminApi, instant: Instant, http: Server) {
    this.admin = admin
    this.#instant = instant
    this.#http = http
  }

  static async start(instant: Instant): Promise<Served> {
    const http = createServer(getRequestListener((...call) => instant.fetch(...call)))
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
    const address = http.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    const browser = new Browser(`http://127.0.0.1:${address.port}`)
    const response = await browser.fetch("/instant/admin/api/session", { method: "GET" })
    const { csrfToken } = await response.json()
    return new Served(new AdminApi(browser, csrfToken), instant, http)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#instant.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }
}

describe("with the engine elsewhere", () => {
  test("tells what an engine tells, and the rest as unknown; also when it is away", async () => {
    await using database = await sqlite.make()
    const elsewhere = await RunningServer.start({ site: "Engine" })
    const { apiKey, tokenKey: tokenSecret } = SECRETS
    const engine = { url: elsewhere.url, apiKey, tokenSecret }
    const options = { database: database.url, engine, authenticate: () => root, log }
    await using served = await Served.start(await createInstant(options))
    const { admin } = served
    expect(await admin.ask("GET", "session")).toMatchObject({
      engine: "remote",
      websocketUrl: elsewhere.url.replace("http", "ws"),
    })
    await listen(elsewhere, await admin.browser.tokens())
    const { channels } = await admin.ask("GET", "channels")
    expect(channels).toContainEqual(expect.objectContaining({ name: "public", subscribers: 1 }))
    const { now } = await admin.ask("GET", "stats")
    expect(now).toMatchObject({ connections: null, users: null })
    expect(now.subscriptions).toBeGreaterThanOrEqual(now.channels)
    expect(await admin.refused("GET", "connections")).toBe("409 engine_elsewhere")
    const { position } = await admin.ask("POST", "publish", { channel: "public", message: "x" })
    expect(position).toMatchObject({ offset: 1 })
    expect((await admin.ask("GET", "channels/public/presence")).members).toMatchObject([
      { user: "root" },
    ])
    await elsewhere[Symbol.asyncDispose]()
    const away = await admin.ask("GET", "channels")
    expect(away.channels).toContainEqual(
      expect.objectContaining({ name: "public", subscribers: null }),
    )
    expect((await admin.ask("GET", "stats")).now).toMatchObject({ channels: null })
    const event = { channel: "public", message: "x" }
    expect(await admin.refused("POST", "publish", event)).toBe("503 engine_away")
    expect(await admin.ask("POST", "publish", { ...event, durable: true })).toMatchObject({
      position: null,
    })
  })
})

const postgres = inject("postgres")

describe.each(postgres === null ? [] : [postgres])("with PostgreSQL", ({ programs }) => {
  test("says that the database is away, and goes on when it is back", async () => {
    await using cluster = await PostgresCluster.make(programs)
    const options = { database: cluster.url("postgres"), secrets: SECRETS, log }
    const instant = await createInstant({ ...options, authenticate: () => root })
    await using served = await Served.start(instant)
    const { admin } = served
    await cluster.stop()
    expect(await admin.refused("GET", "channels")).toBe("503 database_away")
    expect(await admin.refused("POST", "groups", { name: "x" })).toBe("503 database_away")
    expect((await admin.ask("GET", "stats")).errors).toContainEqual(
      expect.objectContaining({ kind: "http", code: "database_away", count: 2 }),
    )
    await cluster.start()
    expect(await admin.ask("POST", "groups", { name: "x" })).toMatchObject({ name: "x" })
  })
})
