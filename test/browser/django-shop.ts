import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { freePort } from "../../scripts/steps/django-site.js"
import { prepareExample } from "../../scripts/steps/example.js"
import { RunningDjangoSite } from "../running-django-site.js"

/** The site of examples/django and its engine. */
export class Shop extends RunningDjangoSite {
  static async start(): Promise<Shop> {
    const data = await mkdtemp(join(tmpdir(), "shop-"))
    const [port, enginePort] = [await freePort(), await freePort()]
    const example = await prepareExample(data, enginePort)
    if (example === undefined) throw new Error("The example can't be prepared")
    const shop = new Shop(example, { data, port, enginePort })
    await Promise.all([shop.startEngine(), shop.startSite()])
    return shop
  }

  /** A window of its own in which one of the ready-made people has signed in. */
  async signIn(browser: Browser, person: string): Promise<Page> {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(this.url)
    await page.getByRole("button", { name: person }).click()
    await connected(page)
    return page
  }
}

/** Waits until a page says that it is connected. */
export async function connected(page: Page): Promise<void> {
  await page.locator('#status[data-status="connected"]').waitFor()
}

/** What has arrived on a page, the first one first, as `placed #17`. */
export async function arrived(page: Page): Promise<readonly string[]> {
  return (await page.locator("#arrived span").allTextContents()).toReversed()
}
