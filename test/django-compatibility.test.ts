import { readFile } from "node:fs/promises"
import { Centrifuge } from "centrifuge"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { RealServer } from "../packages/client/test/real-server.js"
import { keys, OldSite } from "./old-site.js"
import { OldVisitor } from "./old-visitor.js"
import { originalDjangoInstant } from "./original-django-instant.js"
import { Queue } from "./queue.js"
import { SiteSession, secretsOf } from "./site-session.js"
import { PATIENCE } from "./virtual-environment.js"
import { withDeadline } from "./with-deadline.js"

let oldScript: string
let site: OldSite

beforeAll(async () => {
  const original = await originalDjangoInstant()
  oldScript = await readFile(original.client, "utf8")
  site = await OldSite.onOurs()
}, 3 * PATIENCE)

afterAll(() => site?.[Symbol.asyncDispose]())

describe("the client 0.5.0, as django-instant 4.2.0 came with it", () => {
  test("receives from the site what is for each level, with its fields", async () => {
    using root = new OldVisitor(oldScript)
    expect(await root.signIn(site, "root")).toEqual([
      "$staff staff",
      "$superuser superuser",
      "$team groups",
      "$users users",
      "public public",
    ])
    expect(await root.instant.onReady).toBe(true)
    for (const { name } of root.instant.channels) {
      const others = { event_class: "important", data: { id: 17 }, bucket: "orders" }
      await site.publish(name, `for ${name}`, others)
      const { date, ...rest } = await root.messages.next()
      expect(rest).toEqual({
        channelName: name,
        msg: `for ${name}`,
        data: { id: 17 },
        eventClass: "important",
        site: "Old site",
        bucket: "orders",
      })
      expect(date.getTime()).toBeLessThanOrEqual(Date.now())
    }
    await site.publish("public", "☃")
    expect(await root.messages.next()).toMatchObject({ msg: "☃", data: {}, eventClass: "" })
  })

  test("receives nothing of a level that isn't the user's", async () => {
    using ada = new OldVisitor(oldScript)
    expect(await ada.signIn(site, "ada")).toEqual(["$users users", "public public"])
    for (const channel of ["$staff", "$superuser", "$team", "$users", "public"]) {
      await site.publish(channel, "news")
    }
    const two = await ada.messages.take(2)
    expect(two.map(({ channelName }) => channelName)).toEqual(["$users", "public"])
  })

  test("receives from the server for Node, whose envelopes are texts when it asks for that", async () => {
    await using server = await RealServer.start({ envelope: "string" })
    using member = new OldVisitor(oldScript)
    const websocketsUrl = server.url.replace("http", "ws")
    expect(await member.signIn({ url: server.url, websocketsUrl }, "member")).toEqual([
      "$lobby users",
      "$team groups",
      "$users users",
      "public public",
    ])
    for (const { name } of member.instant.channels) {
      await server.instant.publish(name, "news")
      expect(await member.messages.next()).toMatchObject({ channelName: name, msg: "news" })
    }
  })
})

/** A centrifuge-js that is at the site's engine until the test ends. */
function centrifuge(token: string): Centrifuge {
  const client = new Centrifuge(`${site.websocketsUrl}/connection/websocket`, {
    token,
    websocket: WebSocket,
  })
  onTestFinished(() => client.disconnect())
  return client
}

/** Connects, and resolves with why it was refused for good. */
function refusalOf(client: Centrifuge): Promise<string> {
  const refused = new Promise<string>((resolve) => {
    client.on("disconnected", ({ code, reason }) => resolve(`${code} ${reason}`))
  })
  client.connect()
  return withDeadline("the refusal", refused)
}

describe("centrifuge-js 5, by hand", () => {
  test.each(["get_token", "subscribe"])("subscribes with the tokens of %s", async (endpoint) => {
    const session = new SiteSession(site.url)
    await session.login("root")
    const tokens = await session.tokens()
    const grants = endpoint === "subscribe" ? await session.grants() : tokens.channels
    expect(grants.length).toBe(5)
    const client = centrifuge(tokens.ws_token)
    const arrived = new Queue<unknown>()
    const subscribed = grants.map(({ name, token }) => {
      const subscription = client.newSubscription(name, { token })
      subscription.on("publication", ({ data }) => arrived.push(JSON.parse(data)))
      subscription.subscribe()
      return subscription.ready()
    })
    client.connect()
    await withDeadline("the subscriptions", Promise.all(subscribed))
    for (const { name } of grants) {
      await site.publish(name, "news")
      expect(await arrived.next()).toMatchObject({ channel: name, message: "news" })
    }
  })

  test("has its tokens made anew by get_token and subscribe, where it asks", async () => {
    const session = new SiteSession(site.url)
    await session.login("ada")
    const client = new Centrifuge(`${site.websocketsUrl}/connection/websocket`, {
      getToken: async () => (await session.tokens()).ws_token,
      websocket: WebSocket,
    })
    onTestFinished(() => client.disconnect())
    const subscription = client.newSubscription("$users", {
      getToken: async ({ channel }) => {
        const grants = await session.grants()
        return grants.find(({ name }) => name === channel)?.token ?? ""
      },
    })
    subscription.subscribe()
    client.connect()
    await withDeadline("the subscription", subscription.ready())
  })

  test("is refused with somebody else's token", async () => {
    const [root, ada] = [new SiteSession(site.url), new SiteSession(site.url)]
    await Promise.all([root.login("root"), ada.login("ada")])
    const [grant] = await root.grants()
    if (grant === undefined) throw new Error("root has channels")
    const client = centrifuge((await ada.tokens()).ws_token)
    client.newSubscription(grant.name, { token: grant.token }).subscribe()
    expect(await refusalOf(client)).toBe("3500 invalid token")
  })
})

test("neither site nor engine prints a token, whatever they are asked for", async () => {
  const session = new SiteSession(site.url)
  expect((await session.login("root", "a wrong password")).status).toBe(403)
  expect((await session.login("root")).status).toBe(200)
  const tokens = await session.tokens()
  const grants = await session.grants()
  // Two that are refused, and of which an error might tell.
  const forged = `${tokens.ws_token.slice(0, -8)}AAAAAAAA`
  expect(await refusalOf(centrifuge(forged))).toBe("3500 invalid token")
  const client = centrifuge(tokens.ws_token)
  const subscription = client.newSubscription("public", { token: forged })
  const denied = new Promise<number>((resolve) => {
    subscription.on("unsubscribed", ({ code }) => resolve(code))
  })
  subscription.subscribe()
  client.connect()
  expect(await withDeadline("the refusal", denied)).toBe(103)
  expect((await session.post("logout")).status).toBe(403)
  // The engine knows no such namespace, and the site shows what it was doing.
  await expect(site.publish("nowhere:news", "news")).rejects.toThrow(/^500/)

  const { output } = site
  // Both tell much.
  expect(output).toContain('"POST /instant/get_token/ HTTP/1.1" 200')
  expect(output).toContain("Traceback")
  expect(output).toContain('"msg":"invalid token"')
  const told = [...secretsOf({ ...tokens, channels: [...tokens.channels, ...grants] }), forged]
  const secrets = [...told, keys.tokens, keys.api, "a wrong password"]
  expect(secrets.filter((secret) => output.includes(secret))).toEqual([])
  // Of all the others.
  expect(output).not.toMatch(/eyJ[\w-]+\.eyJ/)
})
