import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Browser, refusalOf } from "./browser.js"
import { listen } from "./realtime.js"
import { RunningServer, SECRETS } from "./running-server.js"

let server: RunningServer
let user: Browser
let superuser: Browser

beforeAll(async () => {
  server = await RunningServer.start({
    site: "Shop",
    engineConfig: { channel: { namespaces: [{ name: "ns" }] } },
  })
  await server.instant.channels.add("lobby", { level: "users" })
  await server.instant.channels.add("ns:desk", { level: "users" })
  await server.instant.channels.add("ticker", { level: "public" })
  user = await server.signedIn("user")
  superuser = await server.signedIn("superuser", { staff: true, superuser: true })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

describe("publish", () => {
  const calls = [
    ["a message", ["text"], { message: "text" }],
    ["data", [undefined, { data: { id: 17 } }], { data: { id: 17 } }],
    ["both", ["text", { data: [1] }], { message: "text", data: [1] }],
    ["an empty message", [""], { message: "" }],
    ["empty data", [undefined, { data: {} }], { data: {} }],
    ["a message that is an object", [{ a: 1 }], { message: { a: 1 } }],
    ["a class", ["m", { eventClass: "important" }], { message: "m", event_class: "important" }],
    ["an empty class", ["m", { eventClass: "" }], { message: "m", event_class: "" }],
    ["a bucket", ["m", { bucket: "b" }], { message: "m", bucket: "b" }],
    ["no bucket", ["m", { bucket: "" }], { message: "m" }],
    ["signs of other scripts", ["☃"], { message: "☃" }],
  ] as const
  test.each(calls)("sends %s in an envelope of exactly its keys", async (_, args, content) => {
    const { received, client } = await listen(server, await user.tokens())
    const [message, options] = args
    await server.instant.publish("ticker", message, options)
    const { data } = await received.next()
    const { id, date, ...others } = data
    expect(others).toEqual({ channel: "ticker", site: "Shop", ...content })
    expect(Object.keys(data)).toEqual([
      "channel",
      "site",
      ...["message", "data", "event_class", "bucket"].filter((key) => key in content),
      "id",
      "date",
    ])
    expect(id).toMatch(UUID_V7)
    expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    client.disconnect()
  })

  test("takes another site", async () => {
    const { received } = await listen(server, await user.tokens())
    await server.instant.publish("ticker", "m", { site: "Other" })
    expect((await received.next()).data.site).toBe("Other")
  })

  test.each(["eventClass", "bucket", "site"])("refuses a %s that is no text", async (key) => {
    // As a site's JavaScript may send it.
    const options: object = { [key]: 17 }
    const publishing = server.instant.publish("ticker", "m", options)
    await expect(publishing).rejects.toThrow(
      new TypeError(`The ${key} of an event is a text, and not a number`),
    )
  })

  test("refuses an event of nothing, and an empty channel", async () => {
    await expect(server.instant.publish("ticker")).rejects.toThrow(TypeError)
    await expect(server.instant.publish("", "m")).rejects.toMatchObject({ code: 107 })
    await expect(server.instant.publish("other:x", "m")).rejects.toMatchObject({ code: 102 })
  })

  const names = [
    ["lobby", "$lobby"],
    ["$lobby", "$lobby"],
    ["ns:desk", "$ns:desk"],
    ["ns:$desk", "$ns:desk"],
    ["ticker", "ticker"],
  ] as const
  test.each(names)("to %s goes to the channel %s", async (given, stored) => {
    const { received } = await listen(server, await user.tokens())
    await server.instant.publish(given, "m")
    expect(await received.next()).toMatchObject({ channel: stored, data: { channel: stored } })
  })

  test("finds a channel as soon as it is added", async () => {
    const { channels } = server.instant
    await server.instant.publish("fresh", "to nobody")
    await channels.add("fresh", { level: "users" })
    const { received } = await listen(server, await user.tokens())
    await server.instant.publish("fresh", "m")
    expect((await received.next()).channel).toBe("$fresh")
    await channels.remove("fresh")
  })

  test("logs that the old name of a private channel was used", async () => {
    await server.instant.publish("ns:$desk", "m")
    expect(server.log.join("")).toMatch(/"channel":"ns:\$desk","name":"\$ns:desk".*old name/)
  })

  test("goes through the engine's HTTP API too, with the key alone", async () => {
    const { received } = await listen(server, await user.tokens())
    const call = (key: string) =>
      server.browser().fetch("/api/publish", {
        body: { channel: "$lobby", data: { message: "by HTTP" } },
        headers: { "X-API-Key": key },
      })
    expect((await call("wrong")).status).toBe(401)
    expect((await call(SECRETS.apiKey)).status).toBe(200)
    expect((await received.next()).data).toEqual({ message: "by HTTP" })
  })
})

describe("broadcast", () => {
  const targets = [
    [undefined, "public"],
    ["users", "$users"],
    ["staff", "$staff"],
    ["superuser", "$superuser"],
  ] as const
  test.each(targets)("to %s goes to the channel %s", async (target, channel) => {
    const { received } = await listen(server, await superuser.tokens())
    await server.instant.broadcast({ message: "m", target, eventClass: "info", data: 1 })
    const event = await received.next()
    expect(event.channel).toBe(channel)
    expect(event.data).toMatchObject({ channel, message: "m", event_class: "info", data: 1 })
  })

  test("names the targets when there is none of that name", async () => {
    // Callers without types can say anything.
    const target = JSON.parse('"everyone"')
    const publishing = server.instant.broadcast({ message: "m", target })
    await expect(publishing).rejects.toThrow(/"everyone".*users, staff, superuser/)
  })
})

describe("publishTo", () => {
  test("reaches all connections of the user and of nobody else", async () => {
    const [one, two] = await Promise.all([
      listen(server, await user.tokens()),
      listen(server, await user.tokens()),
    ])
    const other = await listen(server, await superuser.tokens())
    await server.instant.publishTo("user", "for you", { eventClass: "hint" })
    await server.instant.publish("ticker", "for all")
    for (const { received } of [one, two]) {
      const { data } = await received.next()
      expect(data).toMatchObject({ channel: "@me", message: "for you", event_class: "hint" })
    }
    expect((await other.received.next()).data.message).toBe("for all")
  })

  test("takes a user as authenticate knows them", async () => {
    const account = await server.instant.users.find("user")
    const { received } = await listen(server, await user.tokens())
    if (account === undefined) throw new Error("the user is gone")
    await server.instant.publishTo(account, "m")
    expect((await received.next()).data.message).toBe("m")
  })
})

describe("nobody joins a channel that isn't theirs", () => {
  test("a client is refused without a token, and with a token for another channel or user", async () => {
    const tokens = await user.tokens()
    const { client } = await listen(server, tokens)
    const personal = client.newSubscription("$@someone")
    const refused = new Promise((resolve) => personal.on("unsubscribed", resolve))
    personal.subscribe()
    expect(await refused).toMatchObject({ code: 103 })
    const foreign = (await superuser.tokens()).channels.find(({ name }) => name === "$superuser")
    const stolen = client.newSubscription("$superuser", { token: foreign?.token ?? "" })
    const ended = new Promise((resolve) => client.on("disconnected", resolve))
    stolen.subscribe()
    expect(await ended).toMatchObject({ code: 3500 })
  })
})

describe("after a cut", () => {
  test("a client gets what was published meanwhile, once and in order", async () => {
    const tokens = await user.tokens()
    const { client, received } = await listen(server, tokens)
    await server.instant.publish("lobby", "before")
    expect((await received.next()).data.message).toBe("before")
    client.disconnect()
    for (const message of ["one", "two", "three"]) await server.instant.publish("lobby", message)
    await server.instant.publishTo("user", "personal")
    client.connect()
    await client.ready(5_000)
    await server.instant.publish("lobby", "after")
    const messages = []
    for (let n = 0; n < 5; n++) messages.push((await received.next()).data.message)
    expect(messages.filter((each) => each !== "personal")).toEqual(["one", "two", "three", "after"])
    expect(messages).toContain("personal")
  })
})

describe("logout", () => {
  test("ends the connections of a user who is signed in nowhere else", async () => {
    const [first, second] = [await server.signedIn("leaver"), await server.signedIn("leaver")]
    const { client } = await listen(server, await first.tokens())
    const ended = new Promise((resolve) => client.on("disconnected", resolve))
    await first.logout()
    await client.ready(5_000)
    expect(client.state).toBe("connected")
    await second.logout()
    expect(await ended).toMatchObject({ code: 3503 })
    expect(await refusalOf(await second.fetch("/instant/get_token/"))).toBe("403 not_signed_in")
  })

  test("ends the tokens that are still valid, and none that come after it", async () => {
    const browser = await server.signedIn("leaver")
    const { ws_token: token } = await browser.tokens()
    await browser.logout()
    const stale = server.client({ token })
    const refused = new Promise((resolve) => stale.on("disconnected", resolve))
    stale.connect()
    // As with one that has run out: it would ask for another, and has nobody to ask.
    expect(await refused).toMatchObject({ reason: "unauthorized" })
    const again = await server.signedIn("leaver")
    const { client } = await listen(server, await again.tokens())
    expect(client.state).toBe("connected")
  })
})

test("clients that want texts get texts, by way of the outbox too", async () => {
  await using server = await RunningServer.start({ envelope: "string" })
  await server.instant.channels.add("lobby", { level: "users" })
  const { received } = await listen(server, await (await server.signedIn("reader")).tokens())
  for (const options of [{}, { durable: true }] as const) {
    await server.instant.publish("lobby", "hello", options)
    const { data } = await received.next()
    expect(JSON.parse(String(data))).toMatchObject({ channel: "$lobby", message: "hello" })
  }
})
