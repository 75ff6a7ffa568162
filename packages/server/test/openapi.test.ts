import { pino } from "pino"
import { afterEach, describe, expect, test, vi } from "vitest"
import { sqlite } from "../../../test/databases.js"
import type { httpApp } from "../src/http/app.js"
import { createInstant } from "../src/index.js"
import { operationsOf } from "./fuzz/document.js"
import { RunningServer, SECRETS } from "./running-server.js"

const prometheus = { prometheus: { enabled: true } }
const apps: ReturnType<typeof httpApp>[] = []

// What is asked for is served all the same: the app that answers is kept beside.
vi.mock("../src/http/app.js", async (original) => {
  const real = await original<{ readonly httpApp: typeof httpApp }>()
  return {
    httpApp(site: Parameters<typeof httpApp>[0]) {
      const app = real.httpApp(site)
      apps.push(app)
      return app
    },
  }
})
afterEach(() => void apps.splice(0))

/** The paths of an instance without a server. */
async function pathsOf(options: Partial<Parameters<typeof createInstant>[0]>) {
  await using database = await sqlite.make()
  const set = { database: database.url, secrets: SECRETS, log: pino({ level: "silent" }) }
  const instant = await createInstant({ ...set, ...options })
  try {
    const response = await instant.fetch(new Request("http://127.0.0.1/instant/openapi.json"))
    return Object.keys((await response.json()).paths)
  } finally {
    await instant.close()
  }
}

describe("the OpenAPI document", () => {
  test("has every path that the server answers, and no other", async () => {
    await using server = await RunningServer.start({ engineConfig: prometheus })
    const routes = apps
      .flatMap((app) => app.routes)
      .filter(({ method, path }) => method === "ALL" && path.startsWith("/instant/"))
      .map(({ path }) => path.replace(/:(\w+)/, "{$1}"))
    const documented = (await operationsOf(server.url)).map(({ path }) =>
      path.replace(/\/$/, "").replace(/^(\/instant\/api)\/\w+$/, "$1/*"),
    )
    // What begins with all of them comes before each.
    expect(new Set(documented)).toEqual(new Set(routes.filter((path) => path !== "/instant/*")))
  })

  test("has what is answered where it says", async () => {
    await using server = await RunningServer.start({ engineConfig: prometheus })
    const operations = await operationsOf(server.url)
    expect(operations.length).toBeGreaterThan(40)
    for (const { method, path } of operations) {
      const headers = { "X-API-Key": SECRETS.apiKey }
      const response = await fetch(server.url + path.replace(/\{\w+\}/, "x"), { method, headers })
      expect({ method, path, status: response.status }).not.toMatchObject({ status: 404 })
      expect({ method, path, status: response.status }).not.toMatchObject({ status: 405 })
    }
  })

  test("says what a request may be and what comes back", async () => {
    await using server = await RunningServer.start()
    const response = await fetch(`${server.url}/instant/openapi.json`)
    expect(response.headers.get("Content-Type")).toMatch(/^application\/json/)
    const text = await response.text()
    expect(text).not.toContain("$ref")
    const { paths, components } = JSON.parse(text)
    expect(Object.keys(components.securitySchemes)).toEqual(["session", "csrf", "apiKey"])
    const { patch } = paths["/instant/admin/api/channels/{name}"]
    expect(patch).toMatchObject({
      summary: "Changes a channel",
      parameters: [{ name: "name", in: "path", required: true }],
      security: [{ session: [], csrf: [] }],
    })
    const body = patch.requestBody.content["application/json"].schema
    expect(body.properties.level.enum).toContain("staff")
    const unknown = patch.responses["404"].content["application/json"].schema
    expect(unknown.properties.error.properties.code.enum).toEqual(["unknown"])
    const { get } = paths["/instant/admin/api/outbox"]
    expect(get.parameters[0]).toMatchObject({ name: "state", in: "query", required: false })
  })

  test("leaves out the accounts where a site has its own, and the API of an engine elsewhere", async () => {
    const own = await pathsOf({ authenticate: () => null })
    expect(own).not.toContain("/instant/login/")
    expect(own).toContain("/instant/api/publish")
    const engine = { url: "http://127.0.0.1:1", apiKey: "key", tokenSecret: SECRETS.tokenKey }
    const elsewhere = await pathsOf({ engine })
    expect(elsewhere).toContain("/instant/login/")
    expect(elsewhere.filter((path) => path.startsWith("/instant/api/"))).toEqual([])
    expect(elsewhere).not.toContain("/instant/metrics")
  })
})
