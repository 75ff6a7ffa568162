import type { Centrifuge } from "centrifuge"
import type { Denied, Instant, InstantError, Recovered } from "djangoinstant"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { FakeSite } from "./fake-site.js"
import { RawSocket } from "./raw-socket.js"
import { RealSite } from "./real-site.js"
import type { Site } from "./site.js"

// Each test runs on the real server and on the fake: what applications are tested with is what they meet.

const post = (body?: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
})

const credentials = { username: "user", password: "secret" }

interface Tokens {
  readonly csrf_token: string
  readonly ws_token: string
  readonly channels: readonly {
    readonly name: string
    readonly level: string
    readonly token: string
  }[]
}

async function loggedIn(site: Site, user = "user"): Promise<Instant> {
  const instant = await site.client()
  await instant.login(user, "secret")
  return instant
}

async function connected(site: Site, user = "user"): Promise<Instant> {
  const instant = await loggedIn(site, user)
  await instant.connect()
  return instant
}

async function tokensOf(site: Site, username: string): Promise<Tokens> {
  const body = { username, password: "secret" }
  const response = await site.visitor()(`${site.url}/instant/login/`, post(body))
  return response.json()
}

function tokenIn({ channels }: Tokens, name: string): string {
  return channels.find((channel) => channel.name === name)?.token ?? ""
}

function clientOf(instant: Instant): Centrifuge {
  const client = instant.getClient()
  if (client === undefined) throw new Error("Nobody is logged in")
  return client
}

describe.each([
  ["the real server", RealSite.start],
  ["the fake", FakeSite.start],
])("%s", (_, start: (tokenLifetime?: number) => Promise<Site>) => {
  describe("the endpoints", () => {
    let site: Site
    beforeAll(async () => {
      site = await start()
    })
    afterAll(async () => {
      await site[Symbol.asyncDispose]()
    })

    test.each([
      ["login/", post(credentials), "200"],
      ["login/", post({ ...credentials, next: "/" }), "200"],
      ["login/", post({ ...credentials, password: "wrong" }), "403 wrong_credentials"],
      ["login/", post({ ...credentials, password: null }), "403 wrong_credentials"],
      ["login/", post({ ...credentials, username: 1 }), "400 bad_request"],
      ["login/", post({ username: "user" }), "400 bad_request"],
      ["login/", post([]), "400 bad_request"],
      ["login/", post("{"), "400 bad_request"],
      ["login/", post(), "400 bad_request"],
      ["login/", post(credentials, { "Content-Type": "text/plain" }), "415 not_json"],
      ["login/", {}, "405 method_not_allowed"],
      ["get_token/", {}, "403 not_signed_in"],
      ["get_token/", post({}), "403 not_signed_in"],
      ["get_token/", { method: "DELETE" }, "405 method_not_allowed"],
      ["subscribe/", post({}), "403 not_signed_in"],
      ["logout/", post({}), "403 csrf"],
      ["logout/", {}, "405 method_not_allowed"],
      ["elsewhere/", post({}), "404 not_found"],
    ])("answer to who isn't logged in: %s %j is %s", async (path, request, expected) => {
      const response = await site.visitor()(`${site.url}/instant/${path}`, request)
      const { error } = await response.json()
      expect(`${response.status}${error === undefined ? "" : ` ${error.code}`}`).toBe(expected)
      expect(error?.message).not.toBe("")
    })

    test("answer to a user with the keys of the contract, until the logout", async () => {
      const visitor = site.visitor()
      const ask = async (path: string, request: RequestInit) => {
        const response = await visitor(`${site.url}/instant/${path}`, request)
        expect(response.headers.get("Content-Type")).toMatch(/^application\/json/)
        expect(response.headers.get("Cache-Control")).toBe("no-store")
        return { status: response.status, body: await response.json() }
      }
      const login = await ask("login/", post(credentials))
      expect(Object.keys(login.body)).toEqual(["csrf_token", "ws_token", "channels"])
      expect(login.body.csrf_token).toHaveLength(64)
      expect(Object.keys(login.body.channels[0])).toEqual(["name", "level", "token"])
      const again = await ask("get_token", { method: "GET" })
      expect(again.status).toBe(200)
      expect(again.body.csrf_token).not.toBe(login.body.csrf_token)
      expect(Object.keys((await ask("subscribe/", { method: "POST" })).body)).toEqual(["channels"])
      expect((await ask("subscribe/", post("{"))).status).toBe(400)
      expect((await ask("login/", post({ ...credentials, password: "wrong" }))).status).toBe(403)
      expect((await ask("get_token/", post())).status).toBe(200)

      expect((await ask("logout/", post({}, { "X-CSRFToken": "x".repeat(64) }))).status).toBe(403)
      const logout = await ask("logout/", post({}, { "X-CSRFToken": login.body.csrf_token }))
      expect(logout).toEqual({ status: 200, body: { response: "ok" } })
      expect((await ask("get_token/", post())).status).toBe(403)
    })

    test("give each the channels that are theirs, by name", async () => {
      const namesOf = async (user: string) =>
        (await tokensOf(site, user)).channels.map(({ name, level }) => `${name} ${level}`)
      const all = ["$lobby users", "$users users", "public public"]
      expect(await namesOf("user")).toEqual(all)
      expect(await namesOf("member")).toEqual(all.toSpliced(1, 0, "$team groups"))
      const more = ["$staff staff", "$superuser superuser"]
      expect(await namesOf("superuser")).toEqual(all.toSpliced(1, 0, ...more))
    })
  })

  describe("publications", () => {
    test("arrive in order with their fields", async () => {
      await using site = await start()
      const instant = await loggedIn(site)
      const messages = new Queue<unknown>()
      instant.onMessage((message) => messages.push({ ...message }))
      await instant.connect()
      const fields = { eventClass: "paid", data: { id: 17 }, bucket: "orders" }
      await site.publish("lobby", "Order 17 paid", fields)
      await site.publish("$lobby", { is: "an object" })
      const first = await messages.next()
      expect(first).toEqual({
        channelName: "$lobby",
        msg: "Order 17 paid",
        data: { id: 17 },
        eventClass: "paid",
        bucket: "orders",
        site: "Site",
        date: expect.any(Date),
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      })
      expect(await messages.next()).toMatchObject({
        msg: { is: "an object" },
        data: {},
        bucket: "",
      })
      await site.publishTo("user", "for you")
      expect(await messages.next()).toMatchObject({ channelName: "@me", msg: "for you" })
      await expect(site.publish("lobby")).rejects.toThrow(TypeError)
    })

    test("of garbage are told, and hinder nothing", async () => {
      await using site = await start()
      const instant = await connected(site)
      const errors = new Queue<InstantError>()
      const messages = new Queue<string>()
      instant.onError(errors.push)
      instant.onMessage(({ msg }) => messages.push(msg))
      await site.publishRaw("$lobby", 17)
      await site.publish("lobby", "next")
      expect(await errors.next()).toMatchObject({ kind: "publication", channel: "$lobby" })
      expect(await messages.next()).toBe("next")
    })

    test("that were missed in a cut come once, in order, and are counted", async () => {
      await using site = await start()
      const instant = await connected(site)
      const messages = new Queue<string>()
      const recovered = new Queue<Recovered>()
      instant.onMessage(({ channelName, msg }) => messages.push(`${channelName} ${msg}`))
      instant.onRecovered(recovered.push)
      await site.publish("lobby", "1")
      await site.publishTo("user", "1")
      const before = [await messages.next(), await messages.next()]
      expect(before.toSorted()).toEqual(["$lobby 1", "@me 1"])
      site.refuse()
      await site.publish("lobby", "2")
      await site.publishTo("user", "2")
      await site.publish("lobby", "3")
      site.accept()
      const told = [
        await recovered.next(),
        await recovered.next(),
        await recovered.next(),
        await recovered.next(),
      ]
      expect(told.toSorted((a, b) => (a.channel < b.channel ? -1 : 1))).toEqual([
        { channel: "$lobby", missed: 2, complete: true },
        { channel: "$users", missed: 0, complete: true },
        { channel: "@me", missed: 1, complete: true },
        { channel: "public", missed: 0, complete: true },
      ])
      await site.publish("lobby", "4")
      const after = []
      for (const _ of "1234") after.push(await messages.next())
      expect(after.filter((text) => text.startsWith("$lobby"))).toEqual([
        "$lobby 2",
        "$lobby 3",
        "$lobby 4",
      ])
      expect(after).toContain("@me 2")
      expect(messages.rest).toEqual([])
    })

    test("that are no longer kept are lost, and it is said", async () => {
      await using site = await start()
      const instant = await connected(site)
      const recovered = new Queue<Recovered>()
      instant.onRecovered(recovered.push)
      site.refuse()
      await site.publish("lobby", "lost")
      await site.forgetHistory("$lobby")
      site.accept()
      const ofLobby = ({ channel }: Recovered) => channel === "$lobby"
      expect(await recovered.nextWhere(ofLobby)).toMatchObject({ missed: 0, complete: false })
      site.refuse()
      for (let count = 0; count < 101; count++) await site.publish("lobby", "too many")
      site.accept()
      expect(await recovered.nextWhere(ofLobby)).toMatchObject({ missed: 0, complete: false })
    })
  })

  describe("the realtime protocol", () => {
    test("refuses what isn't allowed, and what isn't there", async () => {
      await using site = await start()
      const client = clientOf(await connected(site))
      const refused = [
        [client.rpc("method", {}), 108],
        [client.publish("$team", {}), 103],
        [client.history("$team", { limit: 1 }), 103],
        [client.presence("$team"), 103],
        [client.presenceStats("$team"), 103],
        [client.history("$lobby", { limit: 1, since: { offset: 1, epoch: "other" } }), 112],
      ] as const
      for (const [promise, code] of refused) await expect(promise).rejects.toMatchObject({ code })
    })

    test("lets a subscriber publish, and says who it was", async () => {
      await using site = await start()
      const [user, member] = [await connected(site), await connected(site, "member")]
      const published = new Queue<unknown>()
      clientOf(user)
        .getSubscription("$lobby")
        ?.on("publication", ({ data, offset, info }) => published.push({ data, offset, info }))
      await clientOf(member).publish("$lobby", { text: "hello" })
      expect(await published.next()).toEqual({
        data: { text: "hello" },
        offset: 1,
        info: { user: "member", client: expect.any(String) },
      })
    })

    test("reads history from either end", async () => {
      await using site = await start()
      const client = clientOf(await connected(site))
      for (const number of [1, 2, 3, 4]) await site.publishRaw("$lobby", number)
      const read = async (options: Parameters<Centrifuge["history"]>[1]) => {
        const { publications, offset } = await client.history("$lobby", options)
        return [publications.map(({ data }) => data), offset]
      }
      const { epoch } = await client.history("$lobby", { limit: 0 })
      expect(await read({ limit: 0 })).toEqual([[], 4])
      expect(await read({ limit: -1 })).toEqual([[1, 2, 3, 4], 4])
      expect(await read({ limit: 2 })).toEqual([[1, 2], 4])
      expect(await read({ limit: 2, reverse: true })).toEqual([[4, 3], 4])
      expect(await read({ limit: -1, since: { offset: 2, epoch } })).toEqual([[3, 4], 4])
      const before = { limit: -1, reverse: true, since: { offset: 3, epoch } }
      expect(await read(before)).toEqual([[2, 1], 4])
    })

    test("shows who is present, and who comes and goes", async () => {
      await using site = await start()
      const user = clientOf(await connected(site))
      const moves = new Queue<string>()
      const tokens = await tokensOf(site, "user")
      user.removeSubscription(user.getSubscription("$users"))
      const watching = user.newSubscription("$users", {
        joinLeave: true,
        token: tokenIn(tokens, "$users"),
      })
      watching.on("join", ({ info }) => moves.push(`${info.user} joins`))
      watching.on("leave", ({ info }) => moves.push(`${info.user} leaves`))
      watching.subscribe()
      expect(await moves.next()).toBe("user joins")
      const member = clientOf(await connected(site, "member"))
      expect(await moves.next()).toBe("member joins")
      const { clients } = await user.presence("$users")
      const names = Object.values(clients).map((info) => info.user)
      expect(names.toSorted()).toEqual(["member", "user"])
      expect(await user.presenceStats("$users")).toEqual({ numUsers: 2, numClients: 2 })
      member.disconnect()
      expect(await moves.next()).toBe("member leaves")
      expect(Object.keys((await user.presence("$users")).clients)).toHaveLength(1)
    })

    test.each([
      ["no JSON", ["garbage"], "3501 bad request"],
      ["an unknown method", [{ id: 1, dance: {} }], "3501 bad request"],
      ["a command before connect", [{ id: 1, rpc: {} }], "3501 bad request"],
      ["connect without a token", [{ id: 1, connect: {} }], "3501 bad request"],
      ["connect with a bad token", [{ id: 1, connect: { token: "a.b.c" } }], "3500 invalid token"],
    ])("ends a connection for %s", async (_, commands, end) => {
      await using site = await start()
      const socket = new RawSocket(site.websocket, site.url)
      await socket.send(...commands)
      expect(await socket.ends.next()).toBe(end)
    })

    test("ends a connection for the token of another user or channel, or a second connect", async () => {
      await using site = await start()
      const [user, member] = [await tokensOf(site, "user"), await tokensOf(site, "member")]
      const foreign = [
        [
          { subscribe: { channel: "$lobby", token: tokenIn(member, "$lobby") } },
          "3500 invalid token",
        ],
        [
          { subscribe: { channel: "$lobby", token: tokenIn(user, "public") } },
          "3500 invalid token",
        ],
        [{ refresh: { token: member.ws_token } }, "3500 invalid token"],
        [{ connect: { token: user.ws_token } }, "3501 bad request"],
        [{ subscribe: { channel: "" } }, "3501 bad request"],
      ] as const
      for (const [command, end] of foreign) {
        const socket = new RawSocket(site.websocket, site.url)
        await socket.send({ id: 1, connect: { token: user.ws_token } }, { id: 2, ...command })
        expect(await socket.ends.next()).toBe(end)
      }
    })

    test("refuses subscriptions without a token, with a bad one, or for the second time", async () => {
      await using site = await start()
      const tokens = await tokensOf(site, "user")
      const socket = new RawSocket(site.websocket, site.url)
      const good = { channel: "$lobby", token: tokenIn(tokens, "$lobby") }
      await socket.send(
        { id: 1, connect: { token: tokens.ws_token } },
        { id: 2, subscribe: { channel: "$lobby" } },
        { id: 3, subscribe: { channel: "$lobby", token: "a.b.c" } },
        { id: 4, subscribe: good },
        { id: 5, subscribe: good },
        { id: 6, unsubscribe: { channel: "$lobby" } },
        { id: 7, unsubscribe: { channel: "$lobby" } },
        { id: 8, sub_refresh: good },
      )
      const { connect } = await socket.messages.next()
      expect(connect).toMatchObject({
        expires: true,
        ttl: expect.any(Number),
        ping: 25,
        pong: true,
      })
      const refused = { code: 103, message: "permission denied" }
      expect(await socket.messages.next()).toEqual({ id: 2, error: refused })
      expect(await socket.messages.next()).toEqual({ id: 3, error: refused })
      expect(await socket.messages.next()).toEqual({
        id: 4,
        subscribe: {
          expires: true,
          ttl: expect.any(Number),
          recoverable: true,
          positioned: true,
          epoch: expect.any(String),
        },
      })
      const twice = { code: 105, message: "already subscribed" }
      expect(await socket.messages.next()).toEqual({ id: 5, error: twice })
      expect(await socket.messages.next()).toEqual({ id: 6, unsubscribe: {} })
      expect(await socket.messages.next()).toEqual({ id: 7, unsubscribe: {} })
      expect(await socket.messages.next()).toEqual({ id: 8, error: refused })
    })

    test("passes over what follows a refused connect", async () => {
      await using site = await start()
      const { channels } = await tokensOf(site, "user")
      const token = await site.expiredToken("user")
      const socket = new RawSocket(site.websocket, site.url)
      const [subscribe] = channels.map(({ name: channel, token }) => ({ channel, token }))
      await socket.send({ id: 1, connect: { token } }, { id: 2, subscribe })
      const error = { code: 109, message: "token expired" }
      expect(await socket.messages.next()).toEqual({ id: 1, error })
      await socket.send("garbage")
      expect(await socket.ends.next()).toBe("3501 bad request")
      expect(socket.messages.rest).toEqual([])
    })
  })

  describe("the client's own members", () => {
    test("read history, also of what came for this user alone", async () => {
      await using site = await start()
      const instant = await connected(site)
      for (const text of ["1", "2", "3"]) await site.publish("lobby", text)
      await site.publishTo("user", "for you")
      const newest = await instant.history("lobby", { limit: 2 })
      expect(newest.messages.map(({ msg }) => msg)).toEqual(["2", "3"])
      await site.publish("lobby", "4")
      const { messages } = await instant.history("lobby", { since: newest.position })
      expect(messages.map(({ msg }) => msg)).toEqual(["4"])
      const mine = await instant.history("@me")
      expect(mine.messages.map(({ channelName, msg }) => `${channelName} ${msg}`)).toEqual([
        "@me for you",
      ])
    })

    test("publish to the others", async () => {
      await using site = await start()
      const [user, member] = [await connected(site), await connected(site, "member")]
      const heard = new Queue<unknown>()
      member.on("lobby", heard.push)
      await user.publish("lobby", "Hello", { eventClass: "chat", data: { by: "user" } })
      const fields = { msg: "Hello", eventClass: "chat", data: { by: "user" } }
      expect(await heard.next()).toMatchObject({ ...fields, channelName: "$lobby" })
      await expect(user.publish("team", "Hello")).rejects.toMatchObject({
        kind: "request",
        code: 103,
      })
    })

    test("watch who is there, and miss no message for it", async () => {
      await using site = await start()
      const user = await connected(site)
      const messages = new Queue<string>()
      const there = new Queue<string>()
      user.on("lobby", ({ msg }) => messages.push(msg))
      await site.publish("lobby", "before")
      const off = user.onPresence("lobby", (members) =>
        there.push(
          members
            .map((member) => member.user)
            .toSorted()
            .join(),
        ),
      )
      await site.publish("lobby", "meanwhile")
      await there.nextWhere((names) => names === "user")
      await site.publish("lobby", "after")
      const three = [await messages.next(), await messages.next(), await messages.next()]
      expect(three).toEqual(["before", "meanwhile", "after"])
      const member = await connected(site, "member")
      await there.nextWhere((names) => names === "member,user")
      await member.logout()
      await there.nextWhere((names) => names === "user")
      off()
    })
  })

  describe("ends", () => {
    test("tokens are renewed before they run out, and nobody hears of it", async () => {
      await using site = await start(1)
      const requests = new Queue<string>()
      const instant = await site.client(requests.push)
      await instant.login("user", "secret")
      const errors: InstantError[] = []
      const messages = new Queue<string>()
      instant.onError((error) => errors.push(error))
      instant.onMessage(({ msg }) => messages.push(msg))
      await instant.connect()
      const to = (endpoint: string) => (url: string) => url.endsWith(`/instant/${endpoint}/`)
      await requests.nextWhere(to("subscribe"))
      await requests.nextWhere(to("get_token"))
      await requests.nextWhere(to("get_token"))
      await site.publish("lobby", "still there")
      expect(await messages.next()).toBe("still there")
      expect(errors).toEqual([])
    })

    test("a channel that is taken away is denied, and the others go on", async () => {
      await using site = await start()
      const instant = await connected(site)
      const denied = new Queue<Denied>()
      const messages = new Queue<string>()
      instant.onDenied(denied.push)
      instant.onMessage(({ channelName, msg }) => messages.push(`${channelName} ${msg}`))
      await site.deny("$lobby")
      const reason = "server unsubscribe"
      expect(await denied.next()).toEqual({ channel: "$lobby", code: 2000, reason })
      await site.publish("lobby", "unheard")
      await site.publish("public", "heard")
      expect(await messages.next()).toBe("public heard")
      await instant.get_token()
      expect([...instant.channels].map(({ name }) => name)).toEqual(["$users", "public"])
    })

    test("a session that is ended elsewhere logs out", async () => {
      await using site = await start()
      const instant = await connected(site)
      const reasons = new Queue<string>()
      instant.onLoggedOut(reasons.push)
      await site.endSession("user")
      await reasons.next()
      expect(instant.ready).toBe(false)
      await expect(instant.connect()).rejects.toMatchObject({ kind: "backend", code: 403 })
    })

    test("revoked tokens are good for nothing", async () => {
      await using site = await start()
      const tokens = await tokensOf(site, "user")
      await site.endSession("user")
      const socket = new RawSocket(site.websocket, site.url)
      await socket.send({ id: 1, connect: { token: tokens.ws_token } })
      // Told so that a client asks for a new one, and not as one that is invalid.
      expect(await socket.messages.next()).toMatchObject({ error: { code: 109 } })
    })

    test("the last logout of a user ends the user's other connections", async () => {
      await using site = await start()
      const visitor = site.visitor()
      const login = await visitor(`${site.url}/instant/login/`, post(credentials))
      const { ws_token, csrf_token }: Tokens = await login.json()
      const socket = new RawSocket(site.websocket, site.url)
      await socket.send({ id: 1, connect: { token: ws_token } })
      await socket.messages.next()
      await visitor(`${site.url}/instant/logout/`, post({}, { "X-CSRFToken": csrf_token }))
      expect(await socket.ends.next()).toBe("3503 force disconnect")
    })

    test.each([
      [3011, "force reconnect", "connected"],
      [3503, "force disconnect", "disconnected"],
    ])("%i leads to where its range says", async (code, reason, end) => {
      await using site = await start()
      const client = clientOf(await connected(site))
      const states = new Queue<string>()
      client.on("state", ({ newState }) => states.push(newState))
      await site.close("user", code, reason)
      expect(await states.nextWhere((state) => state !== "connecting")).toBe(end)
    })
  })
})
