import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Cli } from "../../packages/cli/test/cli.js"
import { launchBrowser, panels, signedIn } from "./browser.js"
import { CuttableLine } from "./cuttable-line.js"

let browser: Browser
let cli: Cli
let url: string

beforeAll(async () => {
  browser = await launchBrowser()
  cli = await Cli.make()
  url = (await cli.start(["--demo"])).url
})

afterAll(async () => {
  await browser?.close()
  await cli?.[Symbol.asyncDispose]()
})

describe("the demo page", () => {
  test.each([
    ["user", ["hits", "lobby", "public", "users"]],
    ["member", ["hits", "lobby", "public", "team", "users"]],
    ["staff", ["hits", "lobby", "public", "sign-ins", "staff", "users"]],
    ["superuser", ["hits", "lobby", "public", "sign-ins", "staff", "superuser", "users", "vitals"]],
  ])("shows %s the channels that are theirs, and none other", async (person, channels) => {
    const page = await signedIn(browser, url, person)
    expect(await panels(page)).toEqual(channels)
    await page.context().close()
  })

  test("refuses a wrong password, and says so", async () => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(url)
    await page.getByLabel("User name").fill("user")
    await page.getByLabel("Password").fill("wrong")
    await page.getByRole("button", { name: "Sign in", exact: true }).click()
    await page
      .getByRole("alert")
      .filter({ hasText: /password/i })
      .waitFor()
    await page.context().close()
  })

  test("brings what one person says to another, and a request to everyone's hits", async () => {
    const [user, superuser] = await Promise.all([
      signedIn(browser, url, "user"),
      signedIn(browser, url, "superuser"),
    ])
    await user.getByLabel("Message to lobby").fill("good morning")
    await user.getByLabel("Message to lobby").press("Enter")
    await superuser.getByTestId("panel-lobby").getByText("good morning").waitFor()
    await fetch(`${url}/not-there-${Date.now()}`)
    for (const page of [user, superuser]) {
      await page.getByTestId("panel-hits").getByText("/not-there-").first().waitFor()
      await page.context().close()
    }
  })

  test("shows what the command publishes in a terminal", async () => {
    const page = await signedIn(browser, url, "user")
    const { code, stderr } = await cli.run(["publish", "lobby", "Hello from a terminal"])
    expect(code, stderr).toBe(0)
    await page.getByTestId("panel-lobby").getByText("Hello from a terminal").waitFor()
    await page.context().close()
  })

  test("gets every message of an interruption afterwards, once and in order", async () => {
    await using line = await CuttableLine.to(Number(new URL(url).port))
    const page = await signedIn(browser, line.url, "user")
    const lobby = page.getByTestId("panel-lobby")
    const say = async (text: string) => {
      const { code, stderr } = await cli.run(["publish", "lobby", text])
      expect(code, stderr).toBe(0)
    }
    await say("before 1")
    await lobby.getByText("before 1").waitFor()
    line.cut()
    await page
      .getByTestId("connection")
      .filter({ hasText: /^reconnecting/ })
      .waitFor()
    for (const n of [2, 3, 4, 5]) await say(`during ${n}`)
    line.mend()
    await page
      .getByTestId("recovery")
      .filter({ hasText: /recovered \d+ missed/ })
      .waitFor()
    await say("after 6")
    await lobby.getByText("after 6").waitFor()
    const texts = await lobby.getByText(/^(before|during|after) \d$/).allTextContents()
    const expected = ["before 1", "during 2", "during 3", "during 4", "during 5", "after 6"]
    expect(texts).toEqual(expected)
    await page.context().close()
  })

  test.each([
    [1600, 360],
    [360, 1600],
  ])("fits the window when it goes from %d to %d pixels", async (from, to) => {
    const page = await signedIn(browser, url, "superuser")
    for (const width of [from, to]) {
      await page.setViewportSize({ width, height: 900 })
      await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth)
    }
    await page.context().close()
  })

  test("leads superusers to the admin, and nobody else", async () => {
    const staff = await signedIn(browser, url, "staff")
    expect(await staff.getByRole("link", { name: "Admin" }).count()).toBe(0)
    await staff.context().close()
    const page = await signedIn(browser, url, "superuser")
    await page.getByRole("link", { name: "Admin" }).click()
    await page.getByRole("heading", { name: "Overview" }).waitFor()
    await page.context().close()
  })

  test("ends a person's session when they sign out", async () => {
    const page = await signedIn(browser, url, "staff")
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByTestId("person-staff").waitFor()
    expect(await panels(page)).toEqual([])
    await page.reload()
    await page.getByTestId("person-staff").waitFor()
    await page.context().close()
  })
})
