import { FakeClock } from "djangoinstant/testing"
import { expect, test } from "vitest"
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
