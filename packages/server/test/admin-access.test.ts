import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { AdminApi } from "./admin-api.js"
import { type Browser, refusalOf } from "./browser.js"
import { RunningServer } from "./running-server.js"

const ENDPOINTS = [
  ["GET", "session"],
  ["GET", "channels"],
  ["POST", "channels"],
  ["PATCH", "channels/public"],
  ["DELETE", "channels/public"],
  ["GET", "channels/public/presence"],
  ["GET", "channels/public/history"],
  ["POST", "channels/public/token"],
  ["POST", "publish"],
  ["GET", "users"],
  ["POST", "users"],
  ["PATCH", "users/root"],
  ["DELETE", "users/root"],
  ["GET", "groups"],
  ["POST", "groups"],
  ["DELETE", "groups/team"],
  ["GET", "connections"],
  ["DELETE", "connections/some"],
  ["GET", "outbox"],
  ["POST", "outbox/retry"],
  ["DELETE", "outbox/some"],
  ["GET", "stats"],
  ["GET", "audit"],
] as const

const WRITES = ENDPOINTS.filter(([method]) => method !== "GET")
const READING_BODIES = WRITES.filter(
  ([method, path]) =>
    path.startsWith("connections") || (method !== "DELETE" && !path.endsWith("token")),
)
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

describe("the admin's API", () => {
  let server: RunningServer
  let admin: AdminApi
  let user: Browser

  beforeAll(async () => {
    server = await RunningServer.start({ allowedOrigins: ["https://app.example.com"] })
    admin = await AdminApi.of(server)
    user = await server.signedIn("user", { staff: true })
    await server.instant.groups.add("team")
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  describe.each(ENDPOINTS)("%s %s", (method, path) => {
    const url = `/instant/admin/api/${path}`

    test("is for who is signed in, and tells whether that can be done here", async () => {
      const response = await server.browser().fetch(url, { method })
      expect(await response.clone().json()).toMatchObject({ accounts: true })
      expect(await refusalOf(response)).toBe("403 not_signed_in")
    })

    test("is for superusers, and not for the staff", async () => {
      const { csrf_token } = await user.tokens()
      const headers = { "X-CSRFToken": csrf_token }
      expect(await refusalOf(await user.fetch(url, { method, headers }))).toBe("403 not_superuser")
    })

    const pages = [
      ["another site", { "Sec-Fetch-Site": "cross-site" }],
      ["another origin of the site", { "Sec-Fetch-Site": "same-site" }],
      ["an old browser on another site", { Origin: "https://evil.example" }],
      ["an origin that may sign in", { Origin: "https://app.example.com" }],
    ] as const
    test.each(pages)("is not for a page of %s", async (_, headers) => {
      const response = await admin.browser.fetch(url, { method, headers })
      expect(await refusalOf(response)).toBe("403 other_site")
    })

    test("is kept by no cache", async () => {
      const response = await server.browser().fetch(url, { method })
      expect(response.headers.get("Cache-Control")).toBe("no-store")
      expect(response.headers.get("Vary")).toMatch(/\bCookie\b/)
    })

    test("says which methods there are", async () => {
      const known = ENDPOINTS.filter(([, other]) => other === path).map(([each]) => each)
      for (const other of METHODS.filter((each) => !known.some((one) => one === each))) {
        const response = await admin.fetch(other, path)
        expect(response.headers.get("Allow")).toBe(known.join(", "))
        expect(await refusalOf(response)).toBe("405 method_not_allowed")
      }
    })
  })

  test.each(WRITES)("%s %s needs the token against forgery", async (method, path) => {
    const url = `/instant/admin/api/${path}`
    expect(await refusalOf(await admin.browser.fetch(url, { method }))).toBe("403 csrf")
    const { csrf_token } = await user.tokens()
    const headers = { "X-CSRFToken": csrf_token }
    expect(await refusalOf(await admin.browser.fetch(url, { method, headers }))).toBe("403 csrf")
  })

  describe.each(READING_BODIES)("%s %s", (method, path) => {
    const bodies = [
      ["no JSON", "{", "400 bad_request"],
      ["no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "400 bad_request"],
      ["a list", [], "400 invalid"],
      ["null", null, "400 invalid"],
      ["more than 1 MiB", { name: "x".repeat(1_048_576) }, "413 too_large"],
    ] as const
    test.each(bodies)("refuses %s", async (_, body, refusal) => {
      expect(await admin.refused(method, path, body)).toBe(refusal)
    })

    test("refuses a form", async () => {
      const { csrfToken } = await admin.ask("GET", "session")
      const response = await admin.browser.fetch(`/instant/admin/api/${path}`, {
        method,
        body: "name=x",
        headers: { "X-CSRFToken": csrfToken, "Content-Type": "application/x-www-form-urlencoded" },
      })
      expect(await refusalOf(response)).toBe("415 not_json")
    })

    test("names a field that there isn't", async () => {
      const faults = await admin.faults(method, path, { colour: "red" })
      expect(faults).toMatchObject({ colour: "There is no such field" })
    })
  })

  test.each([
    "channels/public/history?limit=0",
    "channels/public/history?limit=1001",
    "channels/public/history?limit=many",
    "connections?limit=-1",
    "connections?cursor=x",
    "outbox?state=delivered",
    "outbox?limit=1.5",
    "audit?before=0",
    "audit?colour=red",
  ])("GET %s names the field that is wrong", async (path) => {
    const [, field = ""] = /\?(\w+)=/.exec(path) ?? []
    expect(Object.keys(await admin.faults("GET", path))).toEqual([field])
  })

  test("needs both parts of a position", async () => {
    const faults = await admin.faults("GET", "channels/public/history?offset=1")
    expect(faults).toEqual({ epoch: "offset and epoch go together" })
  })

  test("has nothing elsewhere", async () => {
    expect(await admin.refused("GET", "nothing")).toBe("404 not_found")
  })

  test("ends with the superuser's flag, at once", async () => {
    const other = await AdminApi.of(server, "other")
    await server.instant.users.set("other", { superuser: false })
    expect(await other.refused("GET", "channels")).toBe("403 not_superuser")
  })

  test("changes nothing by all that was refused", async () => {
    expect(await admin.ask("GET", "audit")).toEqual({ entries: [] })
  })
})

describe("with accounts of the site's own", () => {
  const root = { id: "7", name: "Ann", staff: false, superuser: true, groups: [] }

  test("who is signed in there, as a superuser, is let in", async () => {
    await using server = await RunningServer.start({ authenticate: () => root })
    const browser = server.browser()
    const response = await browser.fetch("/instant/admin/api/session", { method: "GET" })
    const session = await response.json()
    expect(session).toEqual({
      user: { id: "7", name: "Ann" },
      csrfToken: expect.any(String),
      site: "Site",
      engine: "embedded",
      accounts: false,
    })
    const admin = new AdminApi(browser, session.csrfToken)
    await admin.ask("POST", "channels", { name: "orders" })
    const { entries } = await admin.ask("GET", "audit")
    expect(entries[0]).toMatchObject({ actor: "Ann (7)", target: "$orders" })
    expect(await admin.refused("GET", "users")).toBe("409 accounts_elsewhere")
    expect(await admin.refused("POST", "users", { name: "x" })).toBe("409 accounts_elsewhere")
    expect(await admin.refused("PATCH", "users/x", {})).toBe("409 accounts_elsewhere")
    expect(await admin.refused("DELETE", "users/x")).toBe("409 accounts_elsewhere")
  })

  test("who isn't is told that they can't sign in here", async () => {
    await using server = await RunningServer.start({ authenticate: () => null })
    const response = await server.browser().fetch("/instant/admin/api/stats", { method: "GET" })
    expect(await response.json()).toMatchObject({
      error: { code: "not_signed_in" },
      accounts: false,
    })
  })
})
