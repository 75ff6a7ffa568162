import { SignJWT } from "jose"
import { describe, expect, test } from "vitest"
import { type Browser, refusalOf, type Tokens } from "./browser.js"
import { expectBodiesInPieces, expectEngineApi, expectOwnRoutes, order } from "./example-visit.js"
import { EXAMPLE_KEYS, RunningExample } from "./running-example.js"
import { PASSWORD } from "./running-server.js"

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
    await expectBodiesInPieces(browser)
    expect((await received.next()).data).toEqual({ message: "in pieces" })
  })
})
