import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { launchBrowser } from "./browser.js"
import { bundlePage } from "./bundle-page.js"
import type { Framework } from "./dcrf-frameworks.js"
import { DcrfPage } from "./dcrf-page.js"

/** What a page of live things does, whichever framework shows it. */
export function testLivePage(framework: Framework): void {
  describe(`${framework.name} and a fake server in the browser`, () => {
    let browser: Browser
    let script: string

    beforeAll(async () => {
      browser = await launchBrowser()
      script = await bundlePage(framework.entry)
    })

    afterAll(() => browser?.close())

    const open = async () => DcrfPage.open(browser, { script, html: await framework.render() })

    test("what the server has rendered is taken over, and comes to life", async () => {
      await using opened = await open()
      await opened.isLive()
      expect(await opened.rows.count()).toBe(2)
      await opened.isHeaded("apple")
      await opened.isConnection("connected")
      expect(opened.complaints).toEqual([])
    })

    test("a list and a row have one subscription each, and follow the server", async () => {
      await using opened = await open()
      const { page } = opened
      await opened.isLive()
      const actions = await page.evaluate(() => fake.requests.map(({ action }) => action))
      expect(actions.toSorted()).toEqual([
        "list",
        "retrieve",
        "subscribe_instance",
        "subscribe_to_all",
      ])
      await page.evaluate(() => {
        fake.create("things", { name: "cherry" })
        fake.update("things", 1, { name: "pear" })
        fake.delete("things", 2)
      })
      await opened.rows.filter({ hasText: "cherry" }).waitFor()
      await opened.isHeaded("pear")
      await opened.rows.filter({ hasText: "banana" }).waitFor({ state: "detached" })
    })

    test("what is written is shown at once, in the list as in the row", async () => {
      await using opened = await open()
      const { page } = opened
      await opened.isLive()
      await page.evaluate(() => fake.hold("things"))
      await opened.press("Rename")
      await opened.press("Create")
      await opened.rows.filter({ hasText: "banana" }).getByText("Delete").click()
      await opened.isHeaded("renamed")
      await opened.rows.filter({ hasText: "new 0" }).waitFor()
      await opened.rows.filter({ hasText: "banana" }).waitFor({ state: "detached" })
      expect(await opened.rows.filter({ hasText: "renamed" }).count()).toBe(1)
      expect(await page.evaluate(() => fake.rows("things"))).toMatchObject([
        { name: "apple" },
        { name: "banana" },
      ])
    })

    test("what is refused is taken back", async () => {
      await using opened = await open()
      const { page } = opened
      await opened.isLive()
      await page.evaluate(() => {
        fake.answer("things", "patch", { status: 400, errors: [{ name: ["Too long"] }] })
      })
      const hold = await page.evaluateHandle(() => fake.hold("things", "patch"))
      await opened.press("Rename")
      await opened.isHeaded("renamed")
      await page.evaluate(() => fake.received("things", "patch"))
      await hold.evaluate((held) => held.release())
      await opened.isHeaded("apple")
      await page.getByRole("alert").filter({ hasText: "400" }).waitFor()
    })

    test("a cut is shown, and what was missed is there afterwards", async () => {
      await using opened = await open()
      const { page } = opened
      await opened.isLive()
      await page.evaluate(() => {
        fake.refuse()
        fake.cut()
      })
      await opened.isConnection("reconnecting")
      await page.locator("[data-testid=list][data-status=stale]").waitFor()
      await opened.isHeaded("apple")
      await page.evaluate(() => {
        fake.update("things", 1, { name: "missed" })
        fake.accept()
      })
      await opened.isLive()
      await opened.isHeaded("missed")
      await opened.rows.filter({ hasText: "missed" }).waitFor()
    })

    test("another key shows another row, and no key asks for none", async () => {
      await using opened = await open()
      const { page } = opened
      await opened.isLive()
      await opened.press("Second")
      await opened.isHeaded("banana")
      await page.evaluate(() => fake.received("things", "unsubscribe_instance"))
      expect(await subscribedRows(opened)).toEqual(["2"])
      await opened.press("None")
      await opened.isHeaded("loading")
      await page.evaluate(() => fake.received("things", "unsubscribe_instance"))
      expect(await subscribedRows(opened)).toEqual([])
    })

    test("what is no longer shown is no longer subscribed", async () => {
      await using opened = await open()
      const { page } = opened
      await opened.isLive()
      await opened.press("Toggle")
      await page.evaluate(() => fake.received("things", "unsubscribe_instance"))
      expect(await subscribedRows(opened)).toEqual([])
      await opened.press("Toggle")
      await opened.isHeaded("apple")
      expect(await subscribedRows(opened)).toEqual(["1"])
    })
  })
}

const subscribedRows = ({ page }: DcrfPage) =>
  page.evaluate(() => fake.subscriptions.flatMap(({ pk }) => pk ?? []))
