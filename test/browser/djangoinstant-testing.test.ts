import { fileURLToPath } from "node:url"
import type { Browser, Page } from "playwright-core"
import { rolldown } from "rolldown"
import { afterAll, beforeAll, expect, test } from "vitest"
import { RealServer } from "../../packages/client/test/real-server.js"
import { launchBrowser } from "./browser.js"

let browser: Browser
let server: RealServer
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  server = await RealServer.start()
  page = await browser.newPage()
  await page.goto(`${server.url}/health`)
  await page.addScriptTag({ content: await bundled("djangoinstant-testing-page.ts") })
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

test("the fake's websockets behave as the browser's own", async () => {
  const credentials = { username: "user", password: "secret" }
  const response = await fetch(`${server.url}/instant/login/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(credentials),
  })
  const { ws_token }: { readonly ws_token: string } = await response.json()
  const url = `${server.url.replace("http", "ws")}/connection/websocket`
  const real = await page.evaluate(`inPage.realTrace(${JSON.stringify(url)}, "${ws_token}")`)
  expect(await page.evaluate("inPage.fakeTrace()")).toEqual(real)
  expect(real).toMatchObject({ closedByServer: expect.arrayContaining(["open 1"]) })
})

test("a server and a clock in a page need no network, and leave no trace", async () => {
  const requests: string[] = []
  page.on("request", (request) => requests.push(request.url()))
  expect(await page.evaluate("inPage.day()")).toEqual({
    heard: [
      ...["connecting", "connected", "first at 2026-11-21T08:00:00.000Z"],
      ...["reconnecting", "connected", "missed at 2026-11-21T09:00:00.000Z", "loggedOut"],
    ],
    cookie: "",
    now: "2026-11-21T09:01:10.000Z",
  })
  expect(await page.evaluate("Math.abs(Date.now() - performance.timeOrigin) < 600_000")).toBe(true)
  expect(requests).toEqual([])
})

/** A file of this folder with all that it imports, as a script that a page can run. */
async function bundled(file: string): Promise<string> {
  const input = fileURLToPath(new URL(file, import.meta.url))
  const bundle = await rolldown({ input, platform: "browser" })
  const { output } = await bundle.generate({ format: "iife", name: "inPage" })
  return output[0].code
}
