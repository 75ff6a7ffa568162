import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { RealServer } from "../../packages/client/test/real-server.js"
import { AdminPage } from "./admin-page.js"
import { launchBrowser } from "./browser.js"

let browser: Browser
let server: RealServer

beforeAll(async () => {
  browser = await launchBrowser()
  server = await RealServer.start()
  await server.instant.channels.add("a-channel-with-quite-a-long-name:that-nobody-would-type", {
    level: "groups",
    groups: ["team", "kitchen", "those who come on Sundays"],
  })
  const data = { text: "without-a-space-to-break-it-".repeat(12) }
  await server.instant.publish("lobby", undefined, { eventClass: "long", data })
  await (await server.clientOf("user")).connect()
})
afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

const screens = [
  ["overview", "#/overview"],
  ["channels", "#/channels"],
  ["live", "#/channels/%24lobby"],
  ["publish", "#/channels/%24lobby/publish"],
  ["history", "#/channels/%24lobby/history"],
  ["presence", "#/channels/%24lobby/presence"],
  ["users", "#/users"],
  ["connections", "#/connections"],
  ["outbox", "#/outbox"],
  ["audit", "#/audit"],
] as const

describe.each([360, 1600])("at %d pixels", (width) => {
  test.each(["light", "dark"] as const)("every screen fits, %s", async (colorScheme) => {
    const viewport = { width, height: 800 }
    await using admin = await AdminPage.at(browser, server.url, { viewport, colorScheme })
    for (const [name, hash] of screens) {
      await admin.show(hash)
      await admin.page.locator("h1").waitFor()
      await admin.page.locator(".skeleton").first().waitFor({ state: "detached" })
      expect(await admin.fits(), name).toBe(true)
    }
  })
})

test("every screen says what it shows, and has the focus there", async () => {
  await using admin = await AdminPage.at(browser, server.url)
  for (const name of ["Channels", "Users", "Connections", "Outbox", "Audit", "Overview"]) {
    await admin.page.getByRole("link", { name, exact: true }).press("Enter")
    await admin.page.getByRole("heading", { name, exact: true, level: 1 }).waitFor()
    const focused = await admin.page.evaluate(() => document.activeElement?.textContent)
    expect(focused).toBe(name)
    expect(await admin.page.title()).toBe(`${name} · Instant admin`)
  }
})

test.each([
  ["overview", "stats"],
  ["channels", "channels"],
  ["users", "users"],
  ["connections", "connections*"],
  ["outbox", "outbox*"],
  ["audit", "audit*"],
])("%s that can't be had say why, and come after another try", async (section, path) => {
  await using admin = await AdminPage.at(browser, server.url, { hash: "#/none" })
  const address = `**/instant/admin/api/${path}`
  const refusal = { error: { code: "database_away", message: "The database is away" } }
  if (section === "overview") await admin.show("#/audit")
  await admin.page.route(address, (route) => route.fulfill({ status: 503, json: refusal }))
  await admin.show(`#/${section}`)
  const alert = admin.page.getByRole("alert").filter({ hasText: "The database is away" })
  await alert.waitFor()
  await admin.page.unroute(address)
  await alert.getByRole("button", { name: "Try again" }).click()
  await alert.waitFor({ state: "detached" })
})

test("lines stand in for what is on its way", async () => {
  await using admin = await AdminPage.at(browser, server.url)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await admin.page.route("**/instant/admin/api/users", async (route) => {
    await held
    await route.continue()
  })
  await admin.show("#/users")
  await admin.page.getByRole("status").filter({ hasText: "Loading" }).first().waitFor()
  release()
  await admin.row("member").waitFor()
})
