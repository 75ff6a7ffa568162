import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Hono } from "hono"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RequestEnvironment } from "../src/http/endpoint.js"
import { servePage } from "../src/http/serve-page.js"
import { RunningServer } from "./running-server.js"

describe("a page below a path", () => {
  const app = new Hono<{ Bindings: RequestEnvironment }>({ strict: false })
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "instant-page-"))
    await mkdir(join(folder, "page", "assets"), { recursive: true })
    await writeFile(join(folder, "page", "index.html"), "<!doctype html><title>Page</title>")
    await writeFile(join(folder, "page", "assets", "index-abc.js"), "export {}")
    await writeFile(join(folder, "outside.txt"), "not for everyone")
    servePage(app, { folder: join(folder, "page"), path: "/instant/admin" })
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  test("comes with a policy that lets nothing in from elsewhere", async () => {
    const page = await app.request("/instant/admin/", { headers: { Host: "example.com" } })
    expect(await page.text()).toContain("<title>Page</title>")
    expect(page.headers.get("Cache-Control")).toBe("no-cache")
    const policy = page.headers.get("Content-Security-Policy")
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/)
    expect(policy).toContain("connect-src 'self' ws://example.com wss://example.com")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test("may connect to an engine elsewhere when its sockets are there", async () => {
    const apart = new Hono<{ Bindings: RequestEnvironment }>({ strict: false })
    const websocketUrl = "wss://events.example.com/connection/websocket"
    servePage(apart, { folder: join(folder, "page"), path: "/instant/admin", websocketUrl })
    const page = await apart.request("/instant/admin/", { headers: { Host: "example.com" } })
    const policy = page.headers.get("Content-Security-Policy")
    expect(policy).toMatch(/connect-src 'self' .*wss:\/\/events\.example\.com;/)
  })

  test("has assets that may be kept for ever, and nothing else", async () => {
    const script = await app.request("/instant/admin/assets/index-abc.js")
    expect(script.headers.get("Cache-Control")).toMatch(/immutable/)
    for (const path of ["assets/none.js", "assets/%2e%2e/%2e%2e/outside.txt", "index-abc.js"]) {
      expect((await app.request(`/instant/admin/${path}`)).status).toBe(404)
    }
  })
})

describe("the admin page", () => {
  test("is at an address that ends with a slash", async () => {
    await using server = await RunningServer.start()
    const response = await fetch(`${server.url}/instant/admin`, { redirect: "manual" })
    expect(response.status).toBe(302)
    expect(response.headers.get("Location")).toBe("/instant/admin/")
  })
})
