import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { launchBrowser } from "./browser.js"
import { bundlePage } from "./bundle-page.js"
import { document, Site, type Visit } from "./djangoinstant-page.js"

/** How long a page may take, in milliseconds. */
const timeout = 10_000

/** What a part of the page lists. */
const listOf = (page: Page, part: string) => page.getByTestId(part).locator("li")

/** Waits until a part lists these, and nothing else. */
async function expectList(page: Page, part: string, texts: readonly string[]): Promise<void> {
  await expect.poll(() => listOf(page, part).allTextContents(), { timeout }).toEqual(texts)
}

const becomes = (page: Page, status: string, within = timeout) =>
  page.getByTestId("status").getByText(status, { exact: true }).waitFor({ timeout: within })

const toggle = (page: Page, part: string) => page.getByTestId(part).getByRole("checkbox").click()

async function signIn({ page }: Visit, user: string): Promise<void> {
  await page.getByRole("button", { name: `Sign in as ${user}` }).click()
  await becomes(page, "connected")
  await page.getByTestId("Handler").getByText("subscribed").waitFor()
}

/**
 * What a page does with the live things of a framework.
 * @param folder of its `main.ts`, below `pages`
 * @param render makes the page's text on the server
 */
export function testLivePage(
  framework: string,
  folder: string,
  render: () => Promise<string>,
): void {
  describe(`djangoinstant with ${framework} in the browser`, () => {
    let browser: Browser
    let site: Site
    const say = (text: string) => site.backend.instant.publish("lobby", text)

    beforeAll(async () => {
      browser = await launchBrowser()
      const [html, script] = await Promise.all([render(), bundlePage(`pages/${folder}/main.ts`)])
      site = await Site.start({ "/": document(html), "/main.js": script })
    })

    afterAll(async () => {
      await browser?.close()
      await site?.[Symbol.asyncDispose]()
    })

    test("messages arrive in every part that asks for them, over one subscription", async () => {
      await using visit = await site.open(browser)
      const { page } = visit
      await signIn(visit, "user")
      await page.getByTestId("Team").getByText("denied").waitFor()
      await say("1")
      await expectList(page, "Handler", ["before 1"])
      await page.getByRole("button", { name: "Another handler" }).click()
      await say("2")
      await expectList(page, "Live", ["1", "2"])
      await expectList(page, "Handler", ["before 1", "after 2"])
      expect(visit.commands).toEqual(["subscribe $lobby"])
      expect(visit.complaints).toEqual([])
    })

    test("a list begins with the history, and each message is in it once", async () => {
      for (const text of ["a", "b", "c", "d"]) await say(text)
      await using visit = await site.open(browser)
      const { page } = visit
      await signIn(visit, "user")
      await expectList(page, "With history", ["b", "c", "d"])
      await say("e")
      await expectList(page, "With history", ["b", "c", "d", "e"])
      await expectList(page, "Live", ["e"])
      await toggle(page, "With history")
      await expectList(page, "With history", [])
      await toggle(page, "With history")
      await expectList(page, "With history", ["c", "d", "e"])
      expect(visit.complaints).toEqual([])
    })

    test("presence follows who comes and goes", async () => {
      await using visit = await site.open(browser)
      await using other = await site.open(browser)
      await signIn(visit, "user")
      await expectList(visit.page, "Members", ["user"])
      await signIn(other, "member")
      await expectList(visit.page, "Members", ["member", "user"])
      await other.page.getByRole("button", { name: "Sign out" }).click()
      await expectList(visit.page, "Members", ["user"])
      await expectList(other.page, "Members", [])
      expect([...visit.complaints, ...other.complaints]).toEqual([])
    })

    test("the status says that the line is cut; then nothing is missed, and nothing comes twice", async () => {
      await using visit = await site.open(browser)
      const { page } = visit
      await signIn(visit, "user")
      await say("before")
      await expectList(page, "Live", ["before"])
      site.line.cut()
      await becomes(page, "reconnecting")
      for (const text of ["during 1", "during 2"]) await say(text)
      site.line.mend()
      await becomes(page, "connected")
      await say("after")
      await expectList(page, "Live", ["before", "during 1", "during 2", "after"])
      await expectList(page, "Handler", [
        "before before",
        "before during 1",
        "before during 2",
        "before after",
      ])
      expect(visit.complaints).toEqual([])
    })

    test("a device without a network says so, and has caught up soon after it has one again", async () => {
      await using visit = await site.open(browser)
      const { page } = visit
      await signIn(visit, "user")
      await page.context().setOffline(true)
      await becomes(page, "offline")
      for (const text of ["missed 1", "missed 2"]) await say(text)
      await page.context().setOffline(false)
      await becomes(page, "connected", 2_000)
      await expectList(page, "Live", ["missed 1", "missed 2"])
      expect(visit.complaints).toEqual([])
    })

    test("the last part to leave the page ends the subscription, and one that comes begins it once", async () => {
      await using visit = await site.open(browser)
      const { page } = visit
      await signIn(visit, "user")
      for (const part of ["Handler", "Members", "With history"]) await toggle(page, part)
      await say("still there")
      await expectList(page, "Live", ["still there"])
      expect(visit.commands).toEqual(["subscribe $lobby"])
      await toggle(page, "Live")
      await expect
        .poll(() => visit.commands, { timeout })
        .toEqual(["subscribe $lobby", "unsubscribe $lobby"])
      await toggle(page, "With history")
      await listOf(page, "With history").getByText("still there").waitFor()
      expect(visit.commands.slice(2)).toEqual(["subscribe $lobby"])
      expect(visit.complaints).toEqual([])
    })
  })
}
