import type { Status } from "djangoinstant"
import { FakeClock } from "djangoinstant/testing"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Scene } from "./scene.js"

/** What a page has, and Node has not. */
let page: EventTarget
const device = { onLine: true }
const view = { visibilityState: "visible" }

beforeEach(() => {
  page = new EventTarget()
  device.onLine = true
  view.visibilityState = "visible"
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page))
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page))
  vi.stubGlobal("navigator", device)
  vi.stubGlobal("document", view)
})
afterEach(() => vi.unstubAllGlobals())

const happens = (event: string) => page.dispatchEvent(new Event(event))

test.each(["visibilitychange", "online"])(
  "a connection that died unseen is replaced within two seconds of %s, and all that was missed comes",
  async (event) => {
    using clock = FakeClock.install()
    using scene = await Scene.connected()
    const { instant, server } = scene
    const heard: string[] = []
    instant.onMessage(({ channelName, msg }) => heard.push(`${channelName} ${msg}`))
    server.stall()
    server.publish("news", "1")
    server.publishTo("user", "2")
    await clock.advance(5_000)
    expect(heard).toEqual([])
    expect(instant.status).toBe("connected")
    happens(event)
    await clock.advance(2_000)
    expect(heard.toSorted()).toEqual(["@me 2", "news 1"])
    expect(instant.status).toBe("connected")
    server.publish("news", "3")
    await clock.advance(0)
    expect(heard.at(-1)).toBe("news 3")
  },
)

test.each(["visibilitychange", "online"])(
  "a connection that is alive stays what it is at %s",
  async (event) => {
    using clock = FakeClock.install()
    using scene = await Scene.connected()
    const statuses: Status[] = []
    scene.instant.onStatus((status) => statuses.push(status))
    happens(event)
    await clock.advance(10_000)
    expect(statuses).toEqual([])
    expect(scene.server.connections).toBe(1)
  },
)

test("a page that is hidden is left alone", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  view.visibilityState = "hidden"
  const before = scene.server.commands.all.length
  happens("visibilitychange")
  await clock.advance(2_000)
  expect(scene.server.commands.all).toHaveLength(before)
})

test("a device without a network is told so, and goes on at once when there is one", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected({}, { reconnectDelay: { min: 60_000, max: 60_000 } })
  const { instant, server } = scene
  const heard: string[] = []
  instant.onMessage(({ msg }) => heard.push(msg))
  server.refuse()
  device.onLine = false
  happens("offline")
  await clock.advance(1_000)
  expect(instant.status).toBe("offline")
  server.publish("news", "missed")
  server.accept()
  device.onLine = true
  happens("online")
  await clock.advance(100)
  expect(instant.status).toBe("connected")
  expect(heard).toEqual(["missed"])
})

test("a page that is seen again waits no longer for its next attempt", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected({}, { reconnectDelay: { min: 60_000, max: 60_000 } })
  const { instant, server } = scene
  server.cut()
  await clock.advance(100)
  expect(instant.status).toBe("reconnecting")
  happens("visibilitychange")
  await clock.advance(100)
  expect(instant.status).toBe("connected")
})

test("after destroy the page is listened to no more", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  instant.destroy()
  const before = server.commands.all.length
  for (const event of ["offline", "online", "visibilitychange"]) happens(event)
  await clock.advance(10_000)
  expect(server.commands.all).toHaveLength(before)
  expect(server.connections).toBe(0)
})

test("a wall clock that is an hour off changes nothing", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected({ tokenLifetime: 600 })
  const { instant, server } = scene
  const statuses: Status[] = []
  const heard: string[] = []
  instant.onStatus((status) => statuses.push(status))
  instant.onMessage(({ msg }) => heard.push(msg))
  for (const hour of [3_600_000, -7_200_000]) {
    clock.set(Date.now() + hour)
    server.publish("news", "heard")
    happens("visibilitychange")
    await clock.advance(1_000_000)
  }
  expect(statuses).toEqual([])
  expect(heard).toEqual(["heard", "heard"])
})
