import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import type { DcrfPage } from "./dcrf-page.js"

/** What a page of live things does, whichever framework shows it. */
export function testLivePage(framework: string, open: (query: string) => Promise<DcrfPage>): void {
  describe(`${framework} and a fake server in the browser`, () => {
    test("what the server has rendered is taken over, and comes to life", async () => {
      await using opened = await open("")
      const { page } = opened
      await live(page)
      expect(await rows(page).count()).toBe(2)
      await headed(page, "apple")
      await connection(page, "connected")
      expect(opened.complaints).toEqual([])
    })

    test("a list and a row have one subscription each, and follow the server", async () => {
      await using opened = await open("")
      const { page } = opened
      await live(page)
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
      await rows(page).filter({ hasText: "cherry" }).waitFor()
      await headed(page, "pear")
      await rows(page).filter({ hasText: "banana" }).waitFor({ state: "detached" })
    })

    test("what is written is shown at once, in the list as in the row", async () => {
      await using opened = await open("")
      const { page } = opened
      await live(page)
      await page.evaluate(() => fake.hold("things"))
      await press(page, "Rename")
      await press(page, "Create")
      await rows(page).filter({ hasText: "banana" }).getByText("Delete").click()
      await headed(page, "renamed")
      await rows(page).filter({ hasText: "new 0" }).waitFor()
      await rows(page).filter({ hasText: "banana" }).waitFor({ state: "detached" })
      expect(await rows(page).filter({ hasText: "renamed" }).count()).toBe(1)
      expect(await page.evaluate(() => fake.rows("things"))).toMatchObject([
        { name: "apple" },
        { name: "banana" },
      ])
    })

    test("what is refused is taken back", async () => {
      await using opened = await open("")
      const { page } = opened
      await live(page)
      await page.evaluate(() => {
        fake.answer("things", "patch", { status: 400, errors: [{ name: ["Too long"] }] })
      })
      const hold = await page.evaluateHandle(() => fake.hold("things", "patch"))
      await press(page, "Rename")
      await headed(page, "renamed")
      await page.evaluate(() => fake.received("things", "patch"))
      await hold.evaluate((held) => held.release())
      await headed(page, "apple")
      await page.getByRole("alert").filter({ hasText: "400" }).waitFor()
    })

    test("a cut is shown, and what was missed is there afterwards", async () => {
      await using opened = await open("")
      const { page } = opened
      await live(page)
      await page.evaluate(() => {
        fake.refuse()
        fake.cut()
      })
      await connection(page, "reconnecting")
      await page.locator("[data-testid=list][data-status=stale]").waitFor()
      await headed(page, "apple")
      await page.evaluate(() => {
        fake.update("things", 1, { name: "missed" })
        fake.accept()
      })
      await live(page)
      await headed(page, "missed")
      await rows(page).filter({ hasText: "missed" }).waitFor()
    })

    test("another key shows another row, and no key asks for none", async () => {
      await using opened = await open("")
      const { page } = opened
      await live(page)
      await press(page, "Second")
      await headed(page, "banana")
      await page.evaluate(() => fake.received("things", "unsubscribe_instance"))
      expect(await subscribedRows(page)).toEqual(["2"])
      await press(page, "None")
      await headed(page, "loading")
      await page.evaluate(() => fake.received("things", "unsubscribe_instance"))
      expect(await subscribedRows(page)).toEqual([])
    })

    test("what is no longer shown is no longer subscribed", async () => {
      await using opened = await open("")
      const { page } = opened
      await live(page)
      await press(page, "Toggle")
      await page.evaluate(() => fake.received("things", "unsubscribe_instance"))
      expect(await subscribedRows(page)).toEqual([])
      await press(page, "Toggle")
      await headed(page, "apple")
      expect(await subscribedRows(page)).toEqual(["1"])
    })
  })
}

const rows = (page: Page) => page.getByTestId("list").locator("li")

const subscribedRows = (page: Page) =>
  page.evaluate(() => fake.subscriptions.flatMap(({ pk }) => pk ?? []))

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click()

async function live(page: Page): Promise<void> {
  await page.locator("[data-testid=list][data-status=live]").waitFor()
  await page.locator("[data-testid=row][data-status=live]").waitFor()
}

async function headed(page: Page, name: string): Promise<void> {
  await page.getByTestId("row").getByRole("heading", { name, exact: true }).waitFor()
}

async function connection(page: Page, status: string): Promise<void> {
  await page.getByTestId("connection").getByText(status, { exact: true }).waitFor()
}
