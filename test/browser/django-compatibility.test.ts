import type { Envelope } from "@instant-ws/protocol"
import type { Instant } from "djangoinstant"
import type { Browser, Page, Response } from "playwright-core"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { OldMessage } from "../old-client.js"
import { OldSite } from "../old-site.js"
import { oldSignIn } from "../old-visitor.js"
import { originalDjangoInstant } from "../original-django-instant.js"
import { secretsOf } from "../site-session.js"
import { PATIENCE } from "../virtual-environment.js"
import { launchBrowser } from "./browser.js"

/** Of a page that has loaded our client, with the names of 2.4; what is evaluated there uses it. */
declare const $instant: {
  init(backendUrl: string, websocketsUrl: string): void
  login(username: string, password: string): Promise<void>
  connect(): Promise<void>
  onMessage: (envelope: Envelope) => void
  useInstant(): Instant
}

/** How long what is published may take to a page, in milliseconds. */
const timeout = 10_000

let browser: Browser
let site: OldSite
let oldScript: string

beforeAll(async () => {
  oldScript = (await originalDjangoInstant()).client
  browser = await launchBrowser()
  site = await OldSite.onOurs()
}, 3 * PATIENCE)

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})

/** A page of the site in a window of its own, until the test ends. */
async function openPage(): Promise<Page> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(site.url)
  return page
}

/** Waits until a page has seen these, and nothing else. */
async function expectSeen(page: Page, lines: readonly string[]): Promise<void> {
  await expect.poll(() => page.locator("#seen li").allTextContents(), { timeout }).toEqual(lines)
}

describe("a page with the client 0.5.0", () => {
  /** Runs in the page. */
  function see({ channelName, msg, eventClass, data, site, bucket }: OldMessage): void {
    const line = document.createElement("li")
    line.textContent = JSON.stringify([channelName, msg, eventClass, data, site, bucket])
    document.getElementById("seen")?.append(line)
  }

  /** A page in which somebody has signed in, and their channels. */
  async function signedIn(username: string) {
    const page = await openPage()
    await page.addScriptTag({ path: oldScript })
    const place = { url: site.url, websocketsUrl: site.websocketsUrl }
    const channels: unknown = await page.evaluate(`(() => {
      const instant = $instant.useInstant()
      instant.onMessage(${see})
      return (${oldSignIn})(instant, ${JSON.stringify(place)}, ${JSON.stringify(username)})
    })()`)
    return { page, channels }
  }

  test("receives what is for each level of its visitor, and nothing else", async () => {
    const [root, ada] = [await signedIn("root"), await signedIn("ada")]
    expect(root.channels).toEqual([
      "$staff staff",
      "$superuser superuser",
      "$team groups",
      "$users users",
      "public public",
    ])
    expect(ada.channels).toEqual(["$users users", "public public"])
    const names = ["$staff", "$superuser", "$team", "$users", "public"]
    for (const name of names) {
      const others = { event_class: "important", data: { id: 17 }, bucket: "orders" }
      await site.publish(name, "news", others)
    }
    const lines = names.map((name) =>
      JSON.stringify([name, "news", "important", { id: 17 }, "Old site", "orders"]),
    )
    await expectSeen(root.page, lines)
    await expectSeen(ada.page, lines.slice(3))
  })
})

describe("a page of old with our client", () => {
  test.each(["index.min.js", "index.js"])("loads it as instant/%s", async (file) => {
    const page = await openPage()
    await page.addScriptTag({ url: `/static/instant/${file}` })
    await page.evaluate(async (websocketsUrl) => {
      $instant.init("", websocketsUrl)
      $instant.onMessage = ({ channel, message }) => {
        const line = document.createElement("li")
        line.textContent = `${channel} ${message}`
        document.getElementById("seen")?.append(line)
      }
      await $instant.login("ada", "secret")
      await $instant.connect()
    }, site.websocketsUrl)
    await site.publish("public", "news")
    await expectSeen(page, ["public news"])
  })

  test("has its handler fragments called for their channels, and default.js for the others", async () => {
    const page = await openPage()
    const data = { username: "ada", password: "secret" }
    await page.request.post(`${site.url}/instant/login/`, { data })
    await page.goto(`${site.url}/page/`)
    await page.evaluate(() => $instant.connect())
    await site.publish("public", "hidden", { event_class: "debug" })
    await site.publish("public", "shown", { event_class: "important", data: { id: 17 } })
    await site.publish("$users", "news")
    await expectSeen(page, ["public shown 17 Old site", "default $users news"])
  })
})

test("our client shows no token on the console, in a URL, or to a cache", async () => {
  const page = await openPage()
  const shown: Promise<string>[] = []
  const urls: string[] = []
  const responses: Response[] = []
  page.on("console", (message) => {
    const values = message.args().map((each) => each.jsonValue())
    shown.push(Promise.all(values).then((all) => message.text() + JSON.stringify(all)))
  })
  page.on("request", (request) => urls.push(request.url()))
  page.on("websocket", (socket) => urls.push(socket.url()))
  page.on("response", (response) => responses.push(response))
  await page.addScriptTag({ url: "/static/instant/index.min.js" })
  await page.evaluate(async (websocketsUrl) => {
    const instant = $instant.useInstant()
    await instant.init("", websocketsUrl, true)
    await instant.login("ada", "wrong").catch(() => {})
    await instant.login("ada", "secret")
    await instant.get_token()
    await instant.connect()
    // Which is denied, after another look at what is hers.
    await instant.subscribe("$staff")
    await instant.logout()
  }, site.websocketsUrl)

  const answers = responses.filter((each) => /\/instant\/\w+\/$/.test(each.url()))
  const refusals = [403, 403]
  expect(answers.map((each) => each.status()).toSorted()).toEqual([200, 200, 200, 200, ...refusals])
  expect(new Set(answers.map((each) => each.headers()["cache-control"]))).toEqual(
    new Set(["no-store"]),
  )
  const withTokens = answers.filter((each) => each.ok() && /login|get_token/.test(each.url()))
  const secrets = (await Promise.all(withTokens.map((each) => each.json()))).flatMap(secretsOf)
  expect(secrets.length).toBe(2 * 4)
  const lines = await Promise.all(shown)
  expect(lines.join("\n")).toContain("instant:")
  expect(urls.join("\n")).toContain("/connection/websocket")
  const inTheOpen = [...lines, ...urls].join("\n")
  expect(secrets.filter((secret) => inTheOpen.includes(secret))).toEqual([])
  expect(inTheOpen).not.toMatch(/eyJ[\w-]+\.eyJ/)
})
