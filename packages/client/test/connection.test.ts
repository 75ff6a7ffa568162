import {
  type Denied,
  type InstantError,
  type Recovered,
  type Status,
  useInstant,
} from "djangoinstant"
import { expect, test, vi } from "vitest"
import { FakeBackend } from "./fake-backend.js"
import { fakeToken } from "./fake-token.js"
import { Queue } from "./queue.js"
import { envelope, Scene } from "./scene.js"

test("connect sends the connection and all subscriptions at once, and resolves when they are there", async () => {
  await using scene = await Scene.connected()
  const { commands } = scene.realtime
  expect(await commands.next()).toMatchObject({ connect: { token: expect.any(String) } })
  expect(await commands.next()).toMatchObject({ subscribe: { channel: "news" } })
  expect(await commands.next()).toMatchObject({ subscribe: { channel: "$lobby" } })
  expect(scene.instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("connect and subscribe may be called again, also at once", async () => {
  await using scene = await Scene.loggedIn()
  const { instant, realtime } = scene
  await Promise.all([instant.connect(), instant.connect(), instant.subscribe()])
  await instant.connect()
  await instant.subscribe()
  expect(realtime.connections).toBe(1)
  expect(realtime.commands.rest.filter((command) => "subscribe" in command)).toHaveLength(2)
})

test("connect(false) subscribes to nothing until subscribe", async () => {
  await using scene = await Scene.loggedIn()
  await scene.instant.connect(false)
  expect(scene.instant.getClient()?.subscriptions()).toEqual({})
  await scene.instant.subscribe()
  expect(scene.instant.getClient()?.getSubscription("news")?.state).toBe("subscribed")
})

test("unsubscribe ends one subscription until the next subscribe, and takes the name without $", async () => {
  await using scene = await Scene.connected()
  const { instant, realtime } = scene
  instant.unsubscribe("lobby")
  instant.unsubscribe("nowhere")
  const command = await realtime.commands.nextWhere((one) => "unsubscribe" in one)
  expect(command).toMatchObject({ unsubscribe: { channel: "$lobby" } })
  expect(Object.keys(instant.getClient()?.subscriptions() ?? {})).toEqual(["news"])
  await instant.subscribe()
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test.each([
  [3500, "invalid token"],
  [3503, "force disconnect"],
  [4501, "of the application"],
])("connect rejects when the server refuses for good with %i", async (code, reason) => {
  await using scene = await Scene.loggedIn()
  const states = new Queue<string>()
  scene.instant.onStatus((state, why) => states.push(`${state}: ${why}`))
  scene.realtime.answers.set("connect", { push: { disconnect: { code, reason } } })
  await expect(scene.instant.connect()).rejects.toMatchObject({
    kind: "connection",
    code,
    message: `The connection ended: ${reason} (${code})`,
  })
  expect(scene.instant.status).toBe("failed")
  expect(await states.next()).toBe("connecting: connect called")
  expect(await states.next()).toBe(`failed: ${reason} (${code})`)

  scene.realtime.answers.clear()
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("connect keeps trying while the server is away", async () => {
  await using scene = await Scene.loggedIn()
  const errors = new Queue<InstantError>()
  scene.instant.onError(errors.push)
  scene.realtime.answers.set("connect", {
    error: { code: 100, message: "internal", temporary: true },
  })
  const connected = scene.instant.connect()
  expect(await errors.next()).toMatchObject({ kind: "connection", code: 100 })
  expect(await errors.next()).toMatchObject({ kind: "connection", code: 100 })
  expect(scene.instant.status).toBe("connecting")
  scene.realtime.answers.clear()
  await connected
  expect(scene.instant.status).toBe("connected")
})

test("connect gives up waiting after connectTimeout, and goes on in the background", async () => {
  await using scene = await Scene.loggedIn({ connectTimeout: 50 })
  const states = new Queue<Status>()
  scene.instant.onStatus(states.push)
  scene.realtime.answers.set("connect", {
    error: { code: 100, message: "internal", temporary: true },
  })
  await expect(scene.instant.connect()).rejects.toThrow("Not connected after 50 ms")
  scene.realtime.answers.clear()
  expect(await states.nextWhere((state) => state === "connected")).toBe("connected")
})

test("a logout while connecting settles the promise of connect", async () => {
  await using scene = await Scene.loggedIn()
  scene.realtime.answers.set("connect", "silence")
  const connected = scene.instant.connect()
  const [result] = await Promise.allSettled([
    connected,
    scene.realtime.commands.next().then(() => scene.instant.logout()),
  ])
  expect(result.status).toBe("rejected")
  expect(scene.instant.status).toBe("loggedOut")
})

test("many parts may connect to many channels at once without a warning", async () => {
  await using scene = await Scene.loggedIn()
  scene.backend.channels = Array.from({ length: 40 }, (_, n) => ({
    name: `c${n}`,
    level: "public",
  }))
  await scene.instant.get_token()
  const warn = vi.spyOn(console, "warn")
  await Promise.all(Array.from({ length: 40 }, () => scene.instant.connect()))
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

test("after a cut everything missed arrives once, in order, and onRecovered counts it", async () => {
  await using scene = await Scene.connected()
  const { instant, realtime } = scene
  const messages: string[] = []
  const arrived = new Queue<string>()
  const states = new Queue<Status>()
  const recovered = new Queue<Recovered & { readonly delivered: readonly string[] }>()
  instant.on("news", (message) => messages.push(message.msg))
  instant.on("news", (message) => arrived.push(message.msg))
  instant.onStatus(states.push)
  instant.onRecovered((one) => recovered.push({ ...one, delivered: [...messages] }))
  realtime.publish("news", envelope("1"))
  await arrived.next()
  realtime.cut()
  for (const text of ["2", "3"]) realtime.publish("news", envelope(text))

  expect(await states.next()).toBe("reconnecting")
  expect(await states.next()).toBe("connected")
  const { delivered, ...news } = await recovered.nextWhere(({ channel }) => channel === "news")
  expect(news).toEqual({ channel: "news", missed: 2, complete: true })
  expect(delivered).toEqual(["1", "2", "3"])
  realtime.publish("news", envelope("4"))
  expect(await arrived.nextWhere((text) => text === "4")).toBe("4")
  expect(messages).toEqual(["1", "2", "3", "4"])
})

test("onRecovered says when the history doesn't reach back", async () => {
  await using scene = await Scene.connected()
  const recovered = new Queue<Recovered>()
  scene.instant.onRecovered(recovered.push)
  scene.realtime.hasHistory = false
  scene.realtime.cut()
  scene.realtime.publish("news", envelope("lost"))
  const news = await recovered.nextWhere(({ channel }) => channel === "news")
  expect(news).toEqual({ channel: "news", missed: 0, complete: false })
})

test("a first connection recovers nothing", async () => {
  await using scene = await Scene.loggedIn()
  const recovered: Recovered[] = []
  scene.instant.onRecovered((one) => recovered.push(one))
  await scene.instant.connect()
  await scene.instant.connect()
  expect(recovered).toEqual([])
})

test("the personal channel is seen as @me, and recovered", async () => {
  await using scene = await Scene.connected()
  const { instant, realtime } = scene
  const messages = new Queue<string>()
  const recovered = new Queue<Recovered>()
  instant.on("@me", (message) => messages.push(`${message.channelName} ${message.msg}`))
  instant.onRecovered(recovered.push)
  realtime.publish("$@user", envelope("for you"))
  expect(await messages.next()).toBe("@me for you")
  realtime.cut()
  realtime.publish("$@user", envelope("missed"))
  expect(await messages.next()).toBe("@me missed")
  const mine = await recovered.nextWhere(({ channel }) => channel === "@me")
  expect(mine).toMatchObject({ complete: true, missed: 1 })
})

test("a refused subscription is told, and the others go on", async () => {
  await using scene = await Scene.loggedIn()
  const { instant, realtime } = scene
  const denied = new Queue<Denied>()
  const messages = new Queue<string>()
  instant.onDenied(denied.push)
  instant.onMessage((message) => messages.push(message.msg))
  realtime.answers.set("subscribe:$lobby", { error: { code: 103, message: "permission denied" } })
  await instant.connect()
  expect(await denied.next()).toEqual({ channel: "$lobby", code: 103, reason: "permission denied" })
  realtime.publish("news", envelope("goes on"))
  expect(await messages.next()).toBe("goes on")

  realtime.answers.clear()
  await instant.subscribe()
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("a channel that is taken away while subscribed is told too", async () => {
  await using scene = await Scene.connected()
  const denied = new Queue<Denied>()
  scene.instant.onDenied(denied.push)
  scene.realtime.unsubscribe("$lobby", 2000, "server unsubscribe")
  expect(await denied.next()).toEqual({
    channel: "$lobby",
    code: 2000,
    reason: "server unsubscribe",
  })
})

test("a subscription that fails for a moment is tried again", async () => {
  await using scene = await Scene.loggedIn()
  const errors = new Queue<InstantError>()
  scene.instant.onError(errors.push)
  const busy = { error: { code: 100, message: "internal", temporary: true } }
  scene.realtime.answers.set("subscribe:news", busy)
  const connected = scene.instant.connect()
  expect(await errors.next()).toMatchObject({ kind: "subscription", channel: "news", code: 100 })
  expect(scene.instant.status).toBe("connected")
  scene.realtime.answers.clear()
  await connected
  expect(scene.instant.getClient()?.getSubscription("news")?.state).toBe("subscribed")
})

test("a connection is refreshed before its token expires", async () => {
  await using scene = await Scene.loggedIn()
  const { instant, backend, realtime } = scene
  realtime.ttl.connect = 1
  await instant.connect()
  const first = await realtime.commands.nextWhere((command) => "connect" in command)
  const second = await realtime.commands.nextWhere((command) => "refresh" in command)
  expect(second.refresh?.token).not.toBe(first.connect?.token)
  expect(instant.status).toBe("connected")
  expect(backend.requests.rest.map(({ path }) => path)).toEqual(["get_token", "login", "get_token"])
})

test("all subscriptions are refreshed with one request", async () => {
  await using scene = await Scene.loggedIn()
  const { instant, backend, realtime } = scene
  realtime.ttl.subscribe = 1
  await instant.connect()
  const isRefresh = (command: object) => "sub_refresh" in command
  const refreshed = [
    await realtime.commands.nextWhere(isRefresh),
    await realtime.commands.nextWhere(isRefresh),
  ]
  expect(refreshed.map((command) => command.sub_refresh?.channel)).toEqual(["news", "$lobby"])
  expect(backend.requests.rest.filter(({ path }) => path === "subscribe")).toHaveLength(1)
})

test("an expired connection token is replaced, and nobody hears of it", async () => {
  await using scene = await Scene.loggedIn()
  const errors: InstantError[] = []
  scene.instant.onError((error) => errors.push(error))
  const stale = fakeToken({ sub: "user" })
  scene.instant.getClient()?.setToken(stale)
  scene.realtime.expired.add(stale)
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
  expect(errors).toEqual([])
})

test("expired subscription tokens are replaced with one request, and nobody hears of it", async () => {
  await using scene = await Scene.loggedIn()
  const { instant, backend, realtime } = scene
  const errors: InstantError[] = []
  instant.onError((error) => errors.push(error))
  for (const { token } of instant.channels) realtime.expired.add(token)
  await instant.connect()
  const subscriptions = Object.values(instant.getClient()?.subscriptions() ?? {})
  expect(subscriptions.map(({ state }) => state)).toEqual(["subscribed", "subscribed"])
  expect(backend.requests.rest.filter(({ path }) => path === "subscribe").length).toBeLessThan(3)
  expect(errors).toEqual([])
})

test("a channel that is no longer the user's when its token expires is denied", async () => {
  await using scene = await Scene.loggedIn()
  const { instant, backend, realtime } = scene
  const denied = new Queue<Denied>()
  instant.onDenied(denied.push)
  realtime.ttl.subscribe = 1
  await instant.connect()
  backend.channels = [{ name: "news", level: "public" }]
  expect(await denied.next()).toMatchObject({ channel: "$lobby", reason: "unauthorized" })
  expect([...instant.channels].map(({ name }) => name)).toEqual(["news"])
})

test.each(["connect", "subscribe"] as const)(
  "a session that is over when the %s token expires logs out",
  async (kind) => {
    await using scene = await Scene.loggedIn()
    const { instant, backend, realtime } = scene
    const reasons = new Queue<string>()
    const denied: Denied[] = []
    instant.onLoggedOut(reasons.push)
    instant.onDenied((one) => denied.push(one))
    realtime.ttl[kind] = 1
    await instant.connect()
    backend.sessions.clear()
    expect(await reasons.next()).toBe("the backend says that nobody is logged in")
    expect(instant.status).toBe("loggedOut")
    expect(instant.channels.size).toBe(0)
    expect(instant.getClient()).toBeUndefined()
    expect(denied).toEqual([])
    expect(reasons.rest).toEqual([])
  },
)

test("a session that was ended elsewhere is noticed when the server ends the connection", async () => {
  await using scene = await Scene.connected()
  const { instant, backend, realtime } = scene
  const reasons = new Queue<string>()
  instant.onLoggedOut(reasons.push)
  backend.sessions.clear()
  realtime.close(3503, "force disconnect")
  await reasons.next()
  expect(instant.status).toBe("loggedOut")
})

test.each(["connect", "subscribe"] as const)(
  "another user's login in another tab logs out when the %s token expires",
  async (kind) => {
    await using scene = await Scene.loggedIn()
    const { instant, backend, realtime } = scene
    const reasons = new Queue<string>()
    instant.onLoggedOut(reasons.push)
    realtime.ttl[kind] = 1
    await instant.connect()
    for (const id of backend.sessions.keys()) backend.sessions.set(id, "staff")
    expect(await reasons.next()).toBe("another user has logged in")
    expect(instant.status).toBe("loggedOut")
  },
)

test("a token request that fails is told, tried again, and the connection comes back", async () => {
  await using scene = await Scene.connected()
  const { instant, backend, realtime } = scene
  const errors = new Queue<InstantError>()
  const states = new Queue<Status>()
  instant.onError(errors.push)
  instant.onStatus(states.push)
  for (const command of realtime.commands.rest) {
    if ("connect" in command) realtime.expired.add(String(command.connect?.token))
  }
  backend.answers.set("get_token", { status: 500, body: "" })
  realtime.close(3005, "connection expired")
  expect(await errors.next()).toMatchObject({
    kind: "connection",
    message: expect.stringContaining("answered 500"),
  })
  backend.answers.clear()
  expect(await states.nextWhere((state) => state === "connected")).toBe("connected")
})

test("disconnecting the client by hand is idle, and connect takes it up again", async () => {
  await using scene = await Scene.connected()
  scene.instant.getClient()?.disconnect()
  expect(scene.instant.status).toBe("idle")
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
  expect(scene.instant.getClient()?.getSubscription("news")?.state).toBe("subscribed")
})

test("a WebSocket may be passed in", async () => {
  await using backend = await FakeBackend.start()
  const { WebSocket } = await import("ws")
  const urls: string[] = []
  class Watched extends WebSocket {
    constructor(url: string) {
      super(url)
      urls.push(url)
    }
  }
  const instant = useInstant({ websocket: Watched })
  await instant.init(backend.url, backend.websocketsUrl)
  await instant.login("user", "secret")
  await instant.connect()
  expect(urls).toEqual([`${backend.websocketsUrl}/connection/websocket`])
  instant.getClient()?.disconnect()
})
