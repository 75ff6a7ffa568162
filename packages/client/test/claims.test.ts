import { useInstant } from "djangoinstant"
import { FakeClock, FakeServer } from "djangoinstant/testing"
import { expect, test, vi } from "vitest"
import { Scene } from "./scene.js"

test("subscribe() resolves when the channel is subscribed, also when a watch begins meanwhile", async () => {
  using scene = await Scene.connected()
  const { instant } = scene
  instant.unsubscribe("lobby")
  const subscribed = instant.subscribe("lobby")
  instant.onPresence("lobby", () => {})
  await subscribed
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("subscribe() after the server ended the connection for good doesn't wait for ever", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  await instant.connect(false)
  server.close(3508, "not available")
  await clock.advance(1_000)
  expect(instant.status).toBe("failed")
  let isSettled = false
  void instant.subscribe("lobby").finally(() => {
    isSettled = true
  })
  await clock.advance(60_000)
  expect(isSettled).toBe(true)
})

test("onPresence again, after it was taken off, tells who is there", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant } = scene
  const off = instant.onPresence("lobby", () => {})
  await clock.advance(100)
  off()
  await clock.advance(100)
  const there: unknown[] = []
  instant.onPresence("lobby", (members) => there.push(members.map(({ user }) => user)))
  await clock.advance(60_000)
  expect(there.at(-1)).toEqual(["user"])
})

test("onPresence again, after the list could not be had, asks for it again", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const refusal = { error: { code: 108, message: "not available" } }
  const end = server.answer("presence", refusal)
  const off = instant.onPresence("lobby", () => {})
  await clock.advance(100)
  off()
  end()
  const there: unknown[] = []
  instant.onPresence("lobby", (members) => there.push(members.map(({ user }) => user)))
  await clock.advance(100)
  expect(there.at(-1)).toEqual(["user"])
})

test("onPresence by both names of a channel tells both", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const there: Record<string, unknown> = {}
  for (const name of ["lobby", "$lobby"]) {
    instant.onPresence(name, (members) => {
      there[name] = members.length
    })
  }
  await clock.advance(100)
  server.joins("lobby", "bob")
  await clock.advance(100)
  expect(there).toEqual({ lobby: 2, $lobby: 2 })
})

test("a presence listener that throws when it is added is told to onError", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant } = scene
  const errors: string[] = []
  instant.onError(({ kind }) => errors.push(kind))
  instant.onPresence("lobby", () => {})
  await clock.advance(100)
  expect(() =>
    instant.onPresence("lobby", () => {
      throw new Error("of the application")
    }),
  ).not.toThrow()
  expect(errors).toContain("handler")
})

test("destroy in the same turn as connect leaves no connection behind", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const connected = instant.connect()
  instant.destroy()
  await expect(connected).rejects.toMatchObject({ name: "InstantError" })
  await clock.advance(60_000)
  expect(server.connections).toBe(0)
})

test("unsubscribe() while the channel's token is asked for ends what was asked", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  await instant.connect(false)
  server.deny("lobby")
  await instant.get_token()
  server.allow("lobby")
  const asked = instant.subscribe("lobby")
  instant.unsubscribe("lobby")
  await asked
  expect(instant.getClient()?.subscriptions()).toEqual({})
})

test("unsubscribe() takes a channel by either of its names", async () => {
  using scene = await Scene.loggedIn()
  const { instant } = scene
  await instant.connect(false)
  await instant.subscribe("lobby")
  instant.unsubscribe("$lobby")
  expect(instant.getClient()?.subscriptions()).toEqual({})
})

test("two parts may connect at once when only the site knows who is logged in", async () => {
  using scene = await Scene.loggedOut()
  const { instant, server } = scene
  server.loginElsewhere("user")
  await Promise.all([instant.connect(), instant.connect()])
  expect(instant.status).toBe("connected")
  expect(server.connections).toBe(1)
})

test("an init() that answers late changes nothing about a later one", async () => {
  const server = new FakeServer()
  server.loginElsewhere("user")
  const { promise: held, resolve: release } = withResolvers()
  let requests = 0
  const { fetch } = server.options
  const instant = useInstant({
    ...server.options,
    fetch: async (...request) => {
      const isFirst = requests++ === 0
      const answer = await fetch(...request)
      if (isFirst) await held
      return answer
    },
  })
  const first = instant.init(server.url)
  await instant.init(server.url)
  await instant.connect()
  release()
  await first
  expect(instant.status).toBe("connected")
  instant.destroy()
})

test("without a network from the beginning it is offline, and not connecting", async () => {
  vi.stubGlobal("navigator", { onLine: false })
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  server.refuse()
  const refused = instant.connect().catch(() => {})
  expect(await new Promise((resolve) => instant.onStatus(resolve))).toBe("offline")
  instant.destroy()
  await refused
  vi.unstubAllGlobals()
})

function withResolvers() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}
