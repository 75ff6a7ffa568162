import { once } from "node:events"
import { beforeAll, describe, expect, onTestFinished, type TestContext, test } from "vitest"
import { WebSocket } from "ws"
import { withDeadline } from "../../../test/with-deadline.js"
import { type Browser, refusalOf, type Tokens } from "./browser.js"
import { expectEngineApi, expectOwnRoutes } from "./example-visit.js"
import { INSTALL_PATIENCE, installNext, startNext } from "./next-site.js"
import { PASSWORD } from "./running-server.js"

let isInstalled = false

beforeAll(async () => {
  isInstalled = await installNext()
  if (!isInstalled && process.env.CI === "true") {
    throw new Error("The example can't be tested: npm can't install Next.js")
  }
}, INSTALL_PATIENCE)

// Next.js compiles what it is first asked for, and slowly where many are at work.
describe("examples/node/next.js, with Next.js", { timeout: 180_000 }, () => {
  test("in development it signs in, opens sockets beside those of Next.js, and leaves it its pages", async ({
    skip,
  }) => {
    requireNext(skip)
    await using example = await startNext("development")
    const browser = example.browser()
    const tokens = await signIn(browser)
    const early = await example.listen(tokens)
    expect(await refusalOfDevSocket(example.url)).toBe(404)
    await expectPages(browser)
    await expectOwnRoutes(browser)
    const devSocket = await openDevSocket(example.url)
    const late = await example.listen(tokens)
    await expectEngineApi(browser)
    for (const received of [early, late]) {
      expect((await received.next()).data).toEqual({ message: "by HTTP" })
    }
    expect(devSocket.readyState).toBe(WebSocket.OPEN)
  })

  test("in production it signs in, opens sockets, and leaves Next.js its pages", async ({
    skip,
  }) => {
    requireNext(skip)
    await using example = await startNext("production")
    const browser = example.browser()
    const tokens = await signIn(browser)
    const early = await example.listen(tokens)
    await expectPages(browser)
    await expectOwnRoutes(browser)
    const late = await example.listen(tokens)
    await expectEngineApi(browser)
    for (const received of [early, late]) {
      expect((await received.next()).data).toEqual({ message: "by HTTP" })
    }
  })
})

function requireNext(skip: TestContext["skip"]): void {
  if (!isInstalled) skip("npm can't install Next.js")
}

/** Signs in by a page's cookie, after strangers were refused. */
async function signIn(browser: Browser): Promise<Tokens> {
  expect(await refusalOf(await browser.fetch("/instant/get_token/"))).toBe("403 not_signed_in")
  const tokens: Tokens = await (await browser.login("user", PASSWORD)).json()
  expect(tokens.channels.map(({ name }) => name)).toEqual(["$users", "public"])
  expect(await browser.channels()).toEqual(["$users", "public"])
  return tokens
}

/** Next.js renders its pages, and says itself which it hasn't. */
async function expectPages(browser: Browser): Promise<void> {
  const page = await browser.fetch("/", { method: "GET" })
  expect([page.status, page.headers.get("X-Powered-By")]).toEqual([200, "Next.js"])
  expect(await page.text()).toContain("<h1>The shop</h1>")
  const nothing = await browser.fetch("/nothing", { method: "GET" })
  expect([nothing.status, nothing.headers.get("X-Powered-By")]).toEqual([404, "Next.js"])
  expect(await nothing.text()).toContain("This page could not be found")
}

/** The socket by which Next.js tells its pages in development of what changed. */
function devSocketOf(url: string): WebSocket {
  return new WebSocket(`${url.replace("http", "ws")}/_next/hmr`)
}

/** The status that it is refused with. */
async function refusalOfDevSocket(url: string): Promise<unknown> {
  const refused = once(devSocketOf(url), "unexpected-response")
  const [, response] = await withDeadline("the refusal", refused)
  response.resume()
  return response.statusCode
}

/** It, open until the test ends, after Next.js has told which of its pages are static. */
async function openDevSocket(url: string): Promise<WebSocket> {
  const socket = devSocketOf(url)
  const [message] = await withDeadline("what Next.js says first", once(socket, "message"))
  onTestFinished(() => socket.terminate())
  expect(JSON.parse(String(message))).toMatchObject({ type: "isrManifest" })
  return socket
}
