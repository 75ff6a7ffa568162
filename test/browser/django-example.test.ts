import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { launchBrowser } from "./browser.js"
import { arrived, connected, Shop } from "./django-shop.js"

/** Making the virtual environment of the example takes a while when there is none yet. */
const PREPARING = 300_000

describe("the Django example", { timeout: 120_000 }, () => {
  let browser: Browser
  let shop: Shop

  beforeAll(async () => {
    browser = await launchBrowser()
    shop = await Shop.start()
  }, PREPARING)

  afterAll(async () => {
    await browser?.close()
    await shop?.[Symbol.asyncDispose]()
  })

  const order = (page: Page, item: string) => page.getByRole("button", { name: item }).click()
  const rows = (page: Page) => page.locator("#orders .about strong")

  test("shows each customer their own orders, and the staff all of them", async () => {
    const ada = await shop.signIn(browser, "Ada")
    const ben = await shop.signIn(browser, "Ben")
    const sam = await shop.signIn(browser, "Sam")
    await order(ada, "Oolong tea")
    await ada.locator("#orders").getByText("Oolong tea").waitFor()
    await sam.locator("#orders").getByText("Oolong tea").waitFor()
    await order(ben, "Drip kettle")
    await ben.locator("#orders").getByText("Drip kettle").waitFor()
    await sam.locator("#orders").getByText("Drip kettle").waitFor()
    expect(await rows(ada).allTextContents()).toEqual(["Oolong tea"])
    expect(await rows(ben).allTextContents()).toEqual(["Drip kettle"])
    expect(await rows(sam).allTextContents()).toEqual(["Drip kettle", "Oolong tea"])

    await sam.getByRole("button", { name: "Pack" }).last().click()
    await ada.locator("#orders .packed").waitFor()
    await sam.locator("#orders .packed").waitFor()
    expect(await ben.locator("#orders .packed").count()).toBe(0)

    await sam.getByLabel("Say to everybody").fill("Closing <b>soon</b>")
    await sam.getByRole("button", { name: "Say", exact: true }).click()
    for (const page of [ada, ben, sam]) {
      await page.locator("#announcement").getByText("Closing <b>soon</b>").waitFor()
    }
    for (const page of [ada, ben, sam]) await page.context().close()
  })

  test("cuts the other tab's socket when somebody signs out", async () => {
    const ada = await shop.signIn(browser, "Ada")
    const ben = await shop.signIn(browser, "Ben")
    const other = await ada.context().newPage()
    const opened = other.waitForEvent("websocket")
    await other.goto(shop.url)
    await connected(other)
    const cut = (await opened).waitForEvent("close")
    await ada.getByRole("button", { name: "Sign out" }).click()
    await ada.getByText("Who are you?").waitFor()
    await cut
    await other.locator('#status[data-status="loggedOut"]').waitFor()
    expect(await other.locator("#status").textContent()).toBe("signed out")
    expect(await ben.locator("#status").textContent()).toBe("connected")
    for (const page of [ada, ben]) await page.context().close()
  })

  test("has each order arrive once and in order, though the engine is killed meanwhile", async () => {
    const ada = await shop.signIn(browser, "Ada")
    const sam = await shop.signIn(browser, "Sam")
    const placed: string[] = []
    const place = async (count: number) => {
      for (let n = 0; n < count; n += 1) placed.push(`placed #${await placeOrder(ada)}`)
    }
    await place(5)
    const meanwhile = place(10)
    await shop.killEngine()
    await meanwhile
    await place(5)
    const again = place(10)
    await shop.startEngine()
    await again
    await shop.killEngine()
    await shop.startEngine()
    await place(5)
    for (const page of [ada, sam]) {
      const last = page.locator("#arrived li").getByText(`${placed.at(-1)}`, { exact: true })
      await last.waitFor({ timeout: 60_000 })
      expect(await arrived(page)).toEqual(placed)
    }
    expect(placed.length).toBe(35)
    for (const page of [ada, sam]) await page.context().close()
  })
})

/** Orders by a request of the page's own script, and gives the order's number. */
function placeOrder(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const field = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")
    const body = new FormData()
    body.append("item", "Stoneware cup")
    const headers = { "X-CSRFToken": field?.value ?? "" }
    const response = await fetch("/order/", { method: "POST", headers, body })
    return (await response.json()).number
  })
}
