import type { Denied, InstantError, Recovered, Status } from "djangoinstant"
import { FakeClock } from "djangoinstant/testing"
import { expect, test, vi } from "vitest"
import { Queue } from "../../../test/queue.js"
import { Scene } from "./scene.js"

const busy = { error: { code: 100, message: "internal", temporary: true } }

test("connect sends the connection and all subscriptions at once, and resolves when they are there", async () => {
  using scene = await Scene.connected()
  const sent = scene.server.commands.all.map(({ method, request }) => [method, request.channel])
  expect(sent).toEqual([
    ["connect", undefined],
    ["subscribe", "$lobby"],
    ["subscribe", "news"],
  ])
  expect(scene.instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("connect and subscribe may be called again, also at once", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  await Promise.all([instant.connect(), instant.connect(), instant.subscribe()])
  await instant.connect()
  await instant.subscribe()
  expect(server.connections).toBe(1)
  expect(server.commands.all.filter(({ method }) => method === "subscribe")).toHaveLength(2)
})

test("connect(false) subscribes to nothing until subscribe", async () => {
  using scene = await Scene.loggedIn()
  await scene.instant.connect(false)
  expect(scene.instant.getClient()?.subscriptions()).toEqual({})
  await scene.instant.subscribe()
  expect(scene.instant.getClient()?.getSubscription("news")?.state).toBe("subscribed")
})

test("unsubscribe ends one subscription until the next subscribe, and takes the name without $", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  instant.unsubscribe("lobby")
  instant.unsubscribe("nowhere")
  const command = await server.commands.next(({ method }) => method === "unsubscribe")
  expect(command.request).toEqual({ channel: "$lobby" })
  expect(Object.keys(instant.getClient()?.subscriptions() ?? {})).toEqual(["news"])
  await instant.subscribe()
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test.each([
  [3500, "invalid token"],
  [3503, "force disconnect"],
  [4501, "of the application"],
])("connect rejects when the server refuses for good with %i", async (code, reason) => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const statuses = new Queue<string>()
  instant.onStatus((status, why) => statuses.push(`${status}: ${why}`))
  const refusals = [{ push: { disconnect: { code, reason } } }, { close: { code, reason } }]
  for (const refusal of refusals) {
    const off = server.answer("connect", refusal)
    await expect(instant.connect()).rejects.toMatchObject({
      kind: "connection",
      code,
      message: `The connection ended: ${reason} (${code})`,
    })
    expect(instant.status).toBe("failed")
    expect(await statuses.next()).toBe("connecting: connect called")
    expect(await statuses.next()).toBe(`failed: ${reason} (${code})`)
    off()
  }
  await instant.connect()
  expect(instant.status).toBe("connected")
})

test("connect keeps trying while the server is away", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const errors = new Queue<InstantError>()
  instant.onError(errors.push)
  const off = server.answer("connect", busy)
  const connected = instant.connect()
  expect(await errors.next()).toMatchObject({ kind: "connection", code: 100 })
  server.refuse()
  off()
  await errors.nextWhere(({ message }) => message.includes("transport closed"))
  expect(instant.status).toBe("connecting")
  server.accept()
  await connected
  expect(instant.status).toBe("connected")
})

test("connect gives up waiting after connectTimeout, and goes on in the background", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.loggedIn({}, { connectTimeout: 50 })
  const { instant, server } = scene
  const off = server.answer("connect", busy)
  const connected = expect(instant.connect()).rejects.toThrow("Not connected after 50 ms")
  await clock.advance(50)
  await connected
  expect(instant.status).toBe("connecting")
  off()
  await clock.advance(1_000)
  expect(instant.status).toBe("connected")
})

test("a logout while connecting settles the promise of connect", async () => {
  using scene = await Scene.loggedIn()
  scene.server.answer("connect", "silence")
  const connected = scene.instant.connect()
  const [result] = await Promise.allSettled([
    connected,
    scene.server.commands.next().then(() => scene.instant.logout()),
  ])
  expect(result.status).toBe("rejected")
  expect(scene.instant.status).toBe("loggedOut")
})

test("many parts may connect to many channels at once without a warning", async () => {
  using scene = await Scene.loggedIn({
    channels: Array.from({ length: 40 }, (_, n) => ({ name: `c${n}`, level: "public" })),
  })
  const warn = vi.spyOn(console, "warn")
  await Promise.all(Array.from({ length: 40 }, () => scene.instant.connect()))
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

test("after a cut everything missed arrives once, in order, and onRecovered counts it", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const messages: string[] = []
  const arrived = new Queue<string>()
  const statuses = new Queue<Status>()
  const recovered = new Queue<Recovered & { readonly delivered: readonly string[] }>()
  instant.on("news", (message) => messages.push(message.msg))
  instant.on("news", (message) => arrived.push(message.msg))
  instant.onStatus(statuses.push)
  instant.onRecovered((one) => recovered.push({ ...one, delivered: [...messages] }))
  server.publish("news", "1")
  await arrived.next()
  server.cut()
  for (const text of ["2", "3"]) server.publish("news", text)

  expect(await statuses.next()).toBe("reconnecting")
  expect(await statuses.next()).toBe("connected")
  const { delivered, ...news } = await recovered.nextWhere(({ channel }) => channel === "news")
  expect(news).toEqual({ channel: "news", missed: 2, complete: true })
  expect(delivered).toEqual(["1", "2", "3"])
  server.publish("news", "4")
  expect(await arrived.nextWhere((text) => text === "4")).toBe("4")
  expect(messages).toEqual(["1", "2", "3", "4"])
})

test("onRecovered says when the history doesn't reach back", async () => {
  using scene = await Scene.connected()
  const recovered = new Queue<Recovered>()
  scene.instant.onRecovered(recovered.push)
  scene.server.cut()
  scene.server.publish("news", "lost")
  scene.server.forgetHistory()
  const news = await recovered.nextWhere(({ channel }) => channel === "news")
  expect(news).toEqual({ channel: "news", missed: 0, complete: false })
})

test("a first connection recovers nothing", async () => {
  using scene = await Scene.loggedIn()
  const recovered: Recovered[] = []
  scene.instant.onRecovered((one) => recovered.push(one))
  await scene.instant.connect()
  await scene.instant.connect()
  expect(recovered).toEqual([])
})

test("the personal channel is seen as @me, and recovered", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const messages = new Queue<string>()
  const recovered = new Queue<Recovered>()
  instant.on("@me", (message) => messages.push(`${message.channelName} ${message.msg}`))
  instant.onRecovered(recovered.push)
  server.publishTo("user", "for you")
  expect(await messages.next()).toBe("@me for you")
  server.cut()
  server.publishTo("user", "missed")
  expect(await messages.next()).toBe("@me missed")
  const mine = await recovered.nextWhere(({ channel }) => channel === "@me")
  expect(mine).toMatchObject({ complete: true, missed: 1 })
})

test("a refused subscription is told, and the others go on", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const denied = new Queue<Denied>()
  const messages = new Queue<string>()
  instant.onDenied(denied.push)
  instant.onMessage((message) => messages.push(message.msg))
  server.deny("lobby")
  await instant.connect()
  expect(await denied.next()).toEqual({ channel: "$lobby", code: 103, reason: "permission denied" })
  server.publish("news", "goes on")
  expect(await messages.next()).toBe("goes on")

  server.allow("lobby")
  await instant.subscribe()
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("a channel that is taken away while subscribed is told too", async () => {
  using scene = await Scene.connected()
  const denied = new Queue<Denied>()
  scene.instant.onDenied(denied.push)
  scene.server.deny("lobby")
  expect(await denied.next()).toEqual({
    channel: "$lobby",
    code: 2000,
    reason: "server unsubscribe",
  })
})

test("a subscription that fails for a moment is tried again", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const errors = new Queue<InstantError>()
  instant.onError(errors.push)
  const off = server.answer("subscribe:news", busy)
  const connected = instant.connect()
  expect(await errors.next()).toMatchObject({ kind: "subscription", channel: "news", code: 100 })
  expect(instant.status).toBe("connected")
  off()
  await connected
  expect(instant.getClient()?.getSubscription("news")?.state).toBe("subscribed")
})

test("a connection is refreshed before its token expires", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.loggedIn({ tokenLifetime: 60, channelTokenLifetime: 600 })
  const { instant, server } = scene
  await instant.connect()
  const first = await server.commands.next(({ method }) => method === "connect")
  await clock.advance(60_000)
  const second = await server.commands.next(({ method }) => method === "refresh")
  expect(second.request.token).not.toBe(first.request.token)
  expect(instant.status).toBe("connected")
  const endpoints = server.requests.all.map(({ endpoint }) => endpoint)
  expect(endpoints).toEqual(["get_token/", "login/", "get_token/"])
})

test("all subscriptions are refreshed with one request", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.loggedIn({ tokenLifetime: 600, channelTokenLifetime: 60 })
  const { instant, server } = scene
  await instant.connect()
  await clock.advance(60_000)
  const refreshed = server.commands.all.filter(({ method }) => method === "sub_refresh")
  expect(refreshed.map(({ request }) => request.channel)).toEqual(["$lobby", "news"])
  const renewals = server.requests.all.filter(({ endpoint }) => endpoint === "subscribe/")
  expect(renewals).toHaveLength(1)
})

test("expired tokens are replaced with one request for all channels, and nobody hears of it", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const errors: InstantError[] = []
  instant.onError((error) => errors.push(error))
  server.expireTokens()
  await instant.connect()
  const subscriptions = Object.values(instant.getClient()?.subscriptions() ?? {})
  expect(subscriptions.map(({ state }) => state)).toEqual(["subscribed", "subscribed"])
  const renewals = server.requests.all.filter(({ endpoint }) => endpoint === "subscribe/")
  expect(renewals.length).toBeLessThan(3)
  expect(errors).toEqual([])
})

test("a channel that is no longer the user's when its token expires is denied", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.loggedIn({ channelTokenLifetime: 60 })
  const { instant, server } = scene
  const denied = new Queue<Denied>()
  instant.onDenied(denied.push)
  await instant.connect()
  const { body } = await fetchOf(scene, "subscribe/")
  const channels = body.channels.filter(({ name }) => name !== "$lobby")
  server.answer("subscribe/", { status: 200, body: { channels } })
  await clock.advance(60_000)
  expect(await denied.next()).toMatchObject({ channel: "$lobby", reason: "unauthorized" })
  expect([...instant.channels].map(({ name }) => name)).toEqual(["news"])
})

const lifetimes = [
  ["connect", { tokenLifetime: 60, channelTokenLifetime: 600 }],
  ["subscribe", { tokenLifetime: 600, channelTokenLifetime: 60 }],
] as const

test.each(lifetimes)(
  "a session that is over when the %s token expires logs out",
  async (_, options) => {
    using clock = FakeClock.install()
    using scene = await Scene.loggedIn(options)
    const { instant, server } = scene
    const reasons = new Queue<string>()
    const denied: Denied[] = []
    instant.onLoggedOut(reasons.push)
    instant.onDenied((one) => denied.push(one))
    await instant.connect()
    for (const endpoint of ["get_token/", "subscribe/"] as const) {
      server.answer(endpoint, { status: 403 })
    }
    await clock.advance(60_000)
    expect(await reasons.next()).toBe("the backend says that nobody is logged in")
    expect(instant.status).toBe("loggedOut")
    expect(instant.channels.size).toBe(0)
    expect(instant.getClient()).toBeUndefined()
    expect(denied).toEqual([])
    expect(reasons.rest).toEqual([])
  },
)

test("a session that was ended elsewhere is noticed when the server ends the connection", async () => {
  using scene = await Scene.connected()
  const reasons = new Queue<string>()
  scene.instant.onLoggedOut(reasons.push)
  scene.server.endSession("user")
  await reasons.next()
  expect(scene.instant.status).toBe("loggedOut")
})

test.each(lifetimes)(
  "another user's login in another tab logs out when the %s token expires",
  async (_, options) => {
    using clock = FakeClock.install()
    using scene = await Scene.loggedIn(options)
    const { instant, server } = scene
    const reasons = new Queue<string>()
    instant.onLoggedOut(reasons.push)
    await instant.connect()
    server.loginElsewhere("staff")
    await clock.advance(60_000)
    expect(await reasons.next()).toBe("another user has logged in")
    expect(instant.status).toBe("loggedOut")
  },
)

test("a token request that fails is told, tried again, and the connection comes back", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const errors = new Queue<InstantError>()
  const statuses = new Queue<Status>()
  instant.onError(errors.push)
  instant.onStatus(statuses.push)
  server.expireTokens()
  const off = server.answer("get_token/", { status: 500 })
  server.close(3005, "connection expired")
  expect(await errors.next()).toMatchObject({
    kind: "connection",
    message: expect.stringContaining("answered 500"),
  })
  off()
  expect(await statuses.nextWhere((status) => status === "connected")).toBe("connected")
})

test("disconnecting the client by hand is idle, and connect takes it up again", async () => {
  using scene = await Scene.connected()
  scene.instant.getClient()?.disconnect()
  expect(scene.instant.status).toBe("idle")
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
  expect(scene.instant.getClient()?.getSubscription("news")?.state).toBe("subscribed")
})

interface ChannelsBody {
  readonly channels: readonly { readonly name: string }[]
}

/** What an endpoint answers to the scene's user. */
async function fetchOf({ server }: Scene, endpoint: string) {
  const { fetch } = server.options
  const response = await fetch(`${server.url}/instant/${endpoint}`, { method: "POST" })
  const body: ChannelsBody = await response.json()
  return { body }
}
