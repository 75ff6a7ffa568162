import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Fixture, startFixture } from "../../packages/dcrf-client/test/running-fixture.js"
import { PATIENCE } from "../virtual-environment.js"
import { launchBrowser } from "./browser.js"
import { bundlePage } from "./bundle-page.js"
import { react, vue } from "./dcrf-frameworks.js"
import { DcrfPage } from "./dcrf-page.js"

let browser: Browser
let fixture: Fixture

beforeAll(async () => {
  browser = await launchBrowser()
  fixture = await startFixture()
  if (fixture.kind === "missing" && process.env.CI === "true") {
    throw new Error(`The pages can't be tested with a DCRF server: ${fixture.reason}`)
  }
}, 3 * PATIENCE)

afterAll(async () => {
  await browser?.close()
  if (fixture?.kind === "running") await fixture.stop()
})

describe.each([react, vue])("$name and a real server", ({ entry, render }) => {
  test("a page is live, writes, and recovers from a cut", { timeout: 60_000 }, async ({ skip }) => {
    if (fixture.kind === "missing") return skip(fixture.reason)
    const things = [{ name: "apple" }, { name: "banana", counter: 2 }]
    await fixture.control("POST", "reset", { things })
    const script = await bundlePage(entry)
    const query = `?server=${encodeURIComponent(fixture.url("/ws/"))}`
    await using opened = await DcrfPage.open(browser, { script, html: await render(), query })
    await opened.isLive()
    expect(await opened.rows.count()).toBe(2)

    await fixture.control("POST", "things", { name: "cherry" })
    await opened.rows.filter({ hasText: "cherry 0" }).waitFor()
    await opened.press("Rename")
    await opened.isHeaded("renamed")
    await opened.rows.filter({ hasText: "renamed" }).getByText("Count").click()
    await opened.rows.filter({ hasText: "renamed 1" }).waitFor()
    await opened.rows.filter({ hasText: "banana" }).getByText("Delete").click()
    await opened.rows.filter({ hasText: "banana" }).waitFor({ state: "detached" })

    await fixture.control("POST", "refuse", { ms: 500 })
    await fixture.control("POST", "cut", { abort: true })
    await opened.isConnection("reconnecting")
    await fixture.control("PATCH", "things/1", { name: "missed" })
    await opened.isHeaded("missed")
    await opened.isLive()
    await opened.rows.filter({ hasText: "missed 1" }).waitFor()
    await fixture.control("PATCH", "things/1", { name: "heard" })
    await opened.isHeaded("heard")
    await opened.rows.filter({ hasText: "heard 1" }).waitFor()
  })
})
