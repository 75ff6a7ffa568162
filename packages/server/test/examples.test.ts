import { get } from "node:http"
import { SignJWT } from "jose"
import { describe, expect, test } from "vitest"
import { type Browser, refusalOf, type Tokens } from "./browser.js"
import { EXAMPLE_KEYS, RunningExample } from "./running-example.js"
import { PASSWORD } from "./running-server.js"

const register = new URL("next-stand-in/register.js", import.meta.url)
const NEXT = ["--import", register.href]
const order = { id: 17, items: ["tea"] }

/** Signs a user in as the example's users do, and answers their tokens. */
type SignIn = (browser: Browser) => Promise<Response>

const withPassword: SignIn = (browser) => browser.login("user", PASSWORD)

const withOwnSession: SignIn = async (browser) => {
  const response = await browser.fetch("/login", { body: { name: "user" } })
  expect(response.headers.getSetCookie()[0]).toMatch(/; HttpOnly; SameSite=Lax$/)
  return browser.fetch("/instant/get_token/", { body: {} })
}

const withBearer: SignIn = async (browser) => {
  const token = await new SignJWT({ name: "The user", staff: true })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("user")
    .setExpirationTime("5m")
    .sign(new TextEncoder().encode(EXAMPLE_KEYS.BEARER_KEY))
  const headers = { Authorization: `Bearer ${token}` }
  return browser.fetch("/instant/get_token/", { headers, body: {} })
}

const examples = [
  ["node-http.js", withPassword, ["$users", "public"]],
  ["express.js", withOwnSession, ["$users", "public"]],
  ["fastify.js", withBearer, ["$staff", "$users", "public"]],
  ["hono.js", withPassword, ["$users", "public"]],
  ["koa.js", withPassword, ["$users", "public"]],
] as const

// A program starts slowly where many are at work.
describe.each(examples)("examples/node/%s", { timeout: 60_000 }, (file, signIn, channels) => {
  test("signs in, delivers over a socket what the app publishes, and leaves the app its routes", async () => {
    await using example = await RunningExample.start(file)
    const stranger = await example.browser().fetch("/instant/get_token/")
    expect(await refusalOf(stranger)).toBe("403 not_signed_in")
    const browser = example.browser()
    const tokens: Tokens = await (await signIn(browser)).json()
    expect(tokens.channels.map(({ name }) => name)).toEqual(channels)
    const received = await example.listen(tokens)
    await expectOwnRoutes(browser)
    const { data } = await received.next()
    expect(data).toMatchObject({ channel: "$users", message: "A new order", data: order })
    await expectEngineApi(browser)
    expect((await received.next()).data).toEqual({ message: "by HTTP" })
  })
})

describe("examples/node/next.js, with a stand-in for Next.js", { timeout: 60_000 }, () => {
  test("signs in, opens sockets beside those of Next.js, and leaves it its pages", async () => {
    await using example = await RunningExample.start("next.js", NEXT)
    const browser = example.browser()
    const tokens: Tokens = await (await withPassword(browser)).json()
    const received = await example.listen(tokens)
    await expectOwnRoutes(browser)
    expect(await upgradeStatus(`${example.url}/_next/hmr`)).toBe(101)
    await expectEngineApi(browser)
    expect((await received.next()).data).toEqual({ message: "by HTTP" })
  })
})

/** The app's routes answer what they answered before, the names that Instant has elsewhere included. */
async function expectOwnRoutes(browser: Browser): Promise<void> {
  const health = await browser.fetch("/health", { method: "GET" })
  expect([health.status, await health.text()]).toEqual([200, "The shop is well"])
  const added = await browser.fetch("/api/orders", { body: order })
  expect([added.status, await added.json()]).toEqual([201, order])
  const nothing = await browser.fetch("/api/publish", { body: {}, headers: apiKey })
  expect([nothing.status, await nothing.text()]).toEqual([
    404,
    expect.not.stringContaining("not_found"),
  ])
}

const apiKey = { "X-API-Key": EXAMPLE_KEYS.API_KEY }

/** The engine's HTTP API, where a site has an `/api` of its own. */
async function expectEngineApi(browser: Browser): Promise<void> {
  const body = { channel: "$users", data: { message: "by HTTP" } }
  const refused = await browser.fetch("/instant/api/publish", { body })
  expect(refused.status).toBe(401)
  const published = await browser.fetch("/instant/api/publish", { body, headers: apiKey })
  expect([published.status, await published.json()]).toMatchObject([200, { result: {} }])
}

function upgradeStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { Connection: "Upgrade", Upgrade: "hmr" } })
    request.on("upgrade", ({ statusCode }, socket) => {
      socket.destroy()
      resolve(statusCode)
    })
    request.on("response", (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on("error", reject)
  })
}
