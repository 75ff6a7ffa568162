import type { Browser } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { RealServer } from "../../packages/client/test/real-server.js"
import { Queue } from "../queue.js"
import { AdminPage } from "./admin-page.js"
import { launchBrowser } from "./browser.js"

let browser: Browser
let server: RealServer

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await RealServer.start()
})
afterEach(() => server[Symbol.asyncDispose]())

const open = (tab = "") => AdminPage.at(browser, server.url, { hash: `#/channels/%24lobby${tab}` })

const events = (admin: AdminPage) => admin.page.locator(".event summary")

describe("the live events of a channel", () => {
  /** The page once it follows the channel. */
  async function live(): Promise<AdminPage> {
    const admin = await open()
    await admin.page
      .getByTestId("connection")
      .filter({ hasText: /^connected/ })
      .waitFor()
    return admin
  }

  test("come as they are published, whatever they carry, and open to all of it", async () => {
    await using admin = await live()
    await server.instant.publish("lobby", "Hello")
    await server.instant.publish("lobby", undefined, { eventClass: "order", data: { id: 7 } })
    await events(admin).nth(1).waitFor()
    expect(await events(admin).locator(".event-text").allTextContents()).toEqual([
      '{"id":7}',
      "Hello",
    ])
    await events(admin).first().press("Enter")
    await admin.page.getByText('"event_class": "order"').waitFor()
  })

  test("are read where a site sends envelopes as texts", async () => {
    await using site = await RealServer.start({ envelope: "string" })
    await using admin = await AdminPage.at(browser, site.url, { hash: "#/channels/%24lobby" })
    await admin.page
      .getByTestId("connection")
      .filter({ hasText: /^connected/ })
      .waitFor()
    await site.instant.publish("lobby", "Hello", { eventClass: "news" })
    await events(admin).first().getByText("news").waitFor()
    expect(await events(admin).locator(".event-text").allTextContents()).toEqual(["Hello"])
  })

  test("are found by words and by class", async () => {
    await using admin = await live()
    for (const [message, eventClass] of [
      ["soup", "order"],
      ["bread", "order"],
      ["soup is out", "news"],
    ] as const) {
      await server.instant.publish("lobby", message, { eventClass })
    }
    await events(admin).nth(2).waitFor()
    await admin.page.getByLabel("Search in events").fill("SOUP")
    await events(admin).nth(2).waitFor({ state: "detached" })
    expect(await events(admin).locator(".event-text").allTextContents()).toEqual([
      "soup is out",
      "soup",
    ])
    await admin.page.getByLabel("Event class").selectOption("order")
    await events(admin).nth(1).waitFor({ state: "detached" })
    expect(await events(admin).locator(".event-text").allTextContents()).toEqual(["soup"])
  })

  test("stand still while paused, and lose nothing", async () => {
    await using admin = await live()
    await server.instant.publish("lobby", "one")
    await events(admin).first().waitFor()
    await admin.button("Pause").click()
    await server.instant.publish("lobby", "two")
    await admin.button("Go on (1 new)").waitFor()
    expect(await events(admin).count()).toBe(1)
    await admin.button("Go on (1 new)").click()
    await events(admin).nth(1).waitFor()
  })

  test("say why they don't come, and come after another try", async () => {
    await using admin = await AdminPage.at(browser, server.url)
    const refusal = { error: { code: "engine_away", message: "The engine is away" } }
    await admin.page.route("**/token", (route) => route.fulfill({ status: 503, json: refusal }))
    await admin.show("#/channels/%24lobby")
    await admin.page.getByRole("alert").filter({ hasText: "The engine is away" }).waitFor()
    await admin.page.unroute("**/token")
    await admin.button("Try again").click()
    await admin.page
      .getByTestId("connection")
      .filter({ hasText: /^connected/ })
      .waitFor()
  })
})

describe("the form that publishes", () => {
  test("publishes what is in it to those who follow the channel", async () => {
    const client = await server.clientOf("user")
    const received = new Queue<unknown>()
    client.onMessage(({ msg, data, eventClass, bucket }) =>
      received.push({ msg, data, eventClass, bucket }),
    )
    await client.connect()
    await using admin = await open("/publish")
    await admin.page.getByLabel("Message").fill("Order 7 is paid")
    await admin.page.getByLabel("Event class").fill("paid")
    await admin.page.getByLabel("Bucket").fill("orders")
    await admin.page.getByLabel("Data").fill('{ "order": 7 }')
    await admin.page.getByLabel("Data").press("Control+Enter")
    await admin.told(/Published at \d/)
    expect(await received.next()).toEqual({
      msg: "Order 7 is paid",
      data: { order: 7 },
      eventClass: "paid",
      bucket: "orders",
    })
  })

  test("shows where the JSON is wrong, and publishes none of it", async () => {
    await using admin = await open("/publish")
    const data = admin.page.getByLabel("Data")
    await data.fill('{\n  "order": 7,\n}')
    await admin.page.getByText("Line 3, column 1: a name in").waitFor()
    expect(await data.getAttribute("aria-invalid")).toBe("true")
    await data.press("Control+Enter")
    await data.fill('{"order":7}')
    await admin.page.getByText("Line 3").waitFor({ state: "detached" })
    await admin.button("Format JSON").click()
    expect(await data.inputValue()).toBe('{\n  "order": 7\n}')
    expect((await server.instant.history("lobby")).publications).toEqual([])
  })

  test("asks for a message or data", async () => {
    await using admin = await open("/publish")
    await admin.button("Publish").click()
    await admin.page.getByText("Give a message, or data").waitFor()
  })

  test("publishes through the outbox, which delivers it", async () => {
    const client = await server.clientOf("user")
    const received = new Queue<unknown>()
    client.onMessage(({ msg }) => received.push(msg))
    await client.connect()
    await using admin = await open("/publish")
    await admin.page.getByLabel("Message").fill("by post")
    await admin.page.getByLabel("Through the outbox").check()
    await admin.page.getByLabel("Message").press("Enter")
    await admin.told("It is in the outbox")
    expect(await received.next()).toBe("by post")
  })
})

test("the history goes back to its beginning", async () => {
  for (let n = 1; n <= 70; n += 1) await server.instant.publish("lobby", `event ${n}`)
  await using admin = await open("/history")
  await admin.page.getByText("Newest at 70").waitFor()
  expect(await events(admin).locator(".offset").first().textContent()).toBe("70")
  await admin.button("Show older").click()
  await admin.page.getByText("This is where its history begins").waitFor()
  expect(await events(admin).locator(".offset").allTextContents()).toEqual(
    Array.from({ length: 70 }, (_, n) => String(70 - n)),
  )
})

test("the presence tells who follows the channel", async () => {
  await using admin = await open("/presence")
  await admin.page.getByText("Nobody follows this channel").waitFor()
  await (await server.clientOf("member")).connect()
  await admin.row("member").waitFor()
})
