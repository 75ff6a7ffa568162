import { request } from "node:http"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { installDemo } from "../src/demo/demo.js"
import { removePeople } from "../src/demo/people.js"
import { type Browser, refusalOf } from "./browser.js"
import { RunningDemo } from "./running-demo.js"
import { RunningServer } from "./running-server.js"

let running: RunningDemo

beforeAll(async () => {
  running = await RunningDemo.start()
})
afterAll(async () => {
  await running[Symbol.asyncDispose]()
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe("the ready-made people", () => {
  const sights = [
    ["user", ["$lobby", "$users", "hits", "public"]],
    ["member", ["$lobby", "$team", "$users", "hits", "public"]],
    ["staff", ["$lobby", "$sign-ins", "$staff", "$users", "hits", "public"]],
    [
      "superuser",
      ["$lobby", "$sign-ins", "$staff", "$superuser", "$users", "$vitals", "hits", "public"],
    ],
  ] as const
  test.each(sights)("%s signs in and sees the channels of that level", async (name, channels) => {
    const browser = await running.signedIn(name)
    expect(await browser.channels()).toEqual(channels)
  })

  test("are told to the page, with who is signed in", async () => {
    const nobody = await running.browser().fetch("/demo/session", { method: "GET" })
    const { user, people, channels } = await nobody.json()
    expect(user).toBeNull()
    expect(channels).toEqual(["hits", "lobby", "team", "sign-ins", "vitals"])
    expect(people).toContainEqual({
      name: "member",
      password: expect.any(String),
      sees: ["hits", "lobby", "team"],
    })
    expect(nobody.headers.get("Cache-Control")).toBe("no-store")
    const member = await running.signedIn("member")
    const session = await member.fetch("/demo/session", { method: "GET" })
    expect(await session.json()).toMatchObject({ user: "member" })
  })

  test("and the channels are made once: what has been changed stays", async () => {
    await using server = await RunningServer.start()
    const { channels, users } = server.instant
    const first = await installDemo(server.instant)
    first.close()
    await channels.set("team", { isActive: false })
    const before = [await channels.list(), await users.list()]
    const second = await installDemo(server.instant)
    second.close()
    expect([await channels.list(), await users.list()]).toEqual(before)
  })

  test("do not take over an account of the same name", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("staff", { password: "their own" })
    await expect(installDemo(server.instant)).rejects.toThrow(/"staff" is not the demo's/)
    expect(await server.instant.users.find("user")).toBeUndefined()
  })

  test("do not exist in production", async () => {
    await using server = await RunningServer.start()
    vi.stubEnv("NODE_ENV", "production")
    await expect(installDemo(server.instant)).rejects.toThrow(/without --demo/)
    expect(await server.instant.users.list()).toEqual([])
  })

  test("are taken away without touching anybody else", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("somebody", { groups: ["demo"] })
    const demo = await installDemo(server.instant)
    demo.close()
    await removePeople(server.instant)
    const names = (await server.instant.users.list()).map(({ name }) => name)
    expect(names).toEqual(["somebody"])
  })
})

describe("the feeds", () => {
  test("tell of every request, without its query", async () => {
    const { received, client } = await running.listening("user", ["hits"])
    await running.browser().fetch("/nowhere?key=secret", { method: "DELETE" })
    let data = (await received.next()).data
    // The requests of signing in may come first.
    for (let i = 0; data.message !== "DELETE /nowhere" && i < 5; i++) {
      data = (await received.next()).data
    }
    expect(data).toMatchObject({
      event_class: "request",
      data: { method: "DELETE", path: "/nowhere", status: 404, duration: expect.any(Number) },
    })
    client.disconnect()
  })

  test("tell of each sign-in", async () => {
    const { received, client } = await running.listening("staff", ["$sign-ins"])
    await running.signedIn("member")
    expect((await received.next()).data).toMatchObject({
      message: "member signed in",
      event_class: "sign-in",
      data: { user: "member" },
    })
    client.disconnect()
  })

  test("tell how the server is doing while somebody listens", async () => {
    const { received, client } = await running.listening("superuser", ["$vitals"])
    const { data } = await received.next()
    expect(data.data).toEqual({
      memory: expect.any(Number),
      connections: 1,
      subscriptions: 2,
      deliveries: expect.any(Number),
    })
    client.disconnect()
  })
})

describe("saying something", () => {
  const say = (browser: Browser, channel: string, text: unknown) =>
    browser.fetch("/demo/say", { body: { channel, text } })

  test("reaches those who see the channel, with the name of who said it", async () => {
    const { received, client } = await running.listening("user", ["$lobby"])
    const member = await running.signedIn("member")
    expect((await say(member, "lobby", "  Hello  ")).status).toBe(200)
    expect((await received.next()).data).toMatchObject({
      message: "Hello",
      event_class: "chat",
      data: { from: "member" },
    })
    client.disconnect()
  })

  test("needs somebody who is signed in", async () => {
    expect(await refusalOf(await say(running.browser(), "lobby", "Hi"))).toBe("403 not_signed_in")
  })

  const refusedChannels = [
    ["of others", "team"],
    ["that is no chat", "hits"],
    ["that does not exist", "nowhere"],
  ] as const
  test.each(refusedChannels)("is refused in a channel %s", async (_, channel) => {
    const user = await running.signedIn("user")
    expect(await refusalOf(await say(user, channel, "Hi"))).toBe("403 not_yours")
  })

  const refusedTexts = [["   "], ["x".repeat(501)], [17], [undefined]] as const
  test.each(refusedTexts)("is refused when the text is %j", async (text) => {
    const user = await running.signedIn("user")
    expect(await refusalOf(await say(user, "lobby", text))).toBe("400 bad_request")
  })

  const refusedRequests = [
    ["no JSON", { body: "{" }, "400 bad_request"],
    ["a form", { body: "{}", headers: { "Content-Type": "text/plain" } }, "415 not_json"],
    [
      "from another site",
      { body: {}, headers: { Origin: "https://elsewhere.example" } },
      "403 other_site",
    ],
    ["over 1 MiB", { body: "x".repeat(1_048_577) }, "413 too_large"],
  ] as const
  test.each(refusedRequests)("is refused when the request is %s", async (_, call, refusal) => {
    const user = await running.signedIn("user")
    expect(await refusalOf(await user.fetch("/demo/say", call))).toBe(refusal)
  })
})

describe("the page", () => {
  const get = (path: string) => fetch(running.url + path)

  test("is fetched anew each time, and runs scripts of its own only", async () => {
    const page = await get("/")
    expect(await page.text()).toContain("<title>Page</title>")
    expect(page.headers.get("Content-Type")).toBe("text/html; charset=utf-8")
    expect(page.headers.get("Cache-Control")).toBe("no-cache")
    expect(page.headers.get("X-Content-Type-Options")).toBe("nosniff")
    expect(page.headers.get("Referrer-Policy")).toBe("no-referrer")
    const policy = page.headers.get("Content-Security-Policy") ?? ""
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).toContain(`connect-src 'self' ${running.url.replace("http", "ws")} `)
  })

  test("has assets that are kept for good", async () => {
    const asset = await get("/assets/index-abc.js")
    expect(await asset.text()).toBe("export {}")
    expect(asset.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8")
    expect(asset.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable")
  })

  test("lets no missing asset be kept", async () => {
    const missing = await get("/assets/index-old.js")
    expect(await refusalOf(missing)).toBe("404 not_found")
    expect(missing.headers.get("Cache-Control")).toBeNull()
  })

  const escapes = [
    "/assets/../../outside.txt",
    "/assets/..%2f..%2foutside.txt",
    "/assets/%2e%2e/%2e%2e/outside.txt",
    "/assets/..\\..\\outside.txt",
  ]
  test.each(escapes)("does not lead out of its folder by %s", async (path) => {
    expect([400, 404]).toContain(await statusOf(path))
  })

  test("says how to build it when it is not built", async () => {
    await using server = await RunningServer.start()
    const demo = await installDemo(server.instant, { folder: "does/not/exist" })
    const answer = await demo.fetch(new Request(`${server.url}/`))
    demo.close()
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain("npm run build")
  })
})

/** The status for a path that is sent as it is: `fetch` would tidy it up. */
function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(running.url)
    const sent = request({ hostname, port, path }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on("error", reject).end()
  })
}
