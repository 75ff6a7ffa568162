import { ProtocolError } from "@instant-ws/protocol"
import { describe, expect, test } from "vitest"
import type { EngineConfigInput } from "../src/index.js"
import type { RawClient } from "./raw-client.js"
import { connectionToken, RunningEngine, secondsFromNow } from "./running-engine.js"

const history = { history_size: 10, history_ttl: "60s" } as const
const config: EngineConfigInput = {
  channel: {
    without_namespace: { allow_subscribe_for_client: true },
    namespaces: [
      { name: "kept", allow_subscribe_for_client: true, ...history },
      { name: "room", presence: true, allow_subscribe_for_client: true },
    ],
  },
}

/** A user's connection, and the id that the server has given it. */
async function connected(running: RunningEngine, user: string) {
  const socket = await running.socket()
  const reply = await ask(socket, { connect: { token: await connectionToken(user) } })
  const { client } = Object(reply.connect)
  return { socket, client: String(client) }
}

/** Sends one command and gives what comes next. */
async function ask(socket: RawClient, command: object) {
  socket.send({ id: 7, ...command })
  return socket.next()
}

describe("engine.subscribe", () => {
  test("subscribes all connections of a user, and tells them", async () => {
    await using running = await RunningEngine.start(config)
    const [one, two] = [await connected(running, "42"), await connected(running, "42")]
    const other = await connected(running, "43")
    await running.engine.subscribe({ user: "42" }, "news", { data: { hello: 1 } })
    await running.engine.publish("news", "live")
    for (const { socket } of [one, two]) {
      expect(await socket.next()).toEqual({
        push: { channel: "news", subscribe: { data: { hello: 1 } } },
      })
      expect(await socket.next()).toEqual({ push: { channel: "news", pub: { data: "live" } } })
    }
    expect(await ask(other.socket, { presence: { channel: "news" } })).toHaveProperty("error")
  })

  test("subscribes one of them, by its client id", async () => {
    await using running = await RunningEngine.start(config)
    const [one] = [await connected(running, "42"), await connected(running, "42")]
    await running.engine.subscribe({ user: "42", client: one.client }, "news")
    expect(await running.engine.channels()).toEqual(new Map([["news", 1]]))
  })

  test("says what others see of the subscriber", async () => {
    await using running = await RunningEngine.start(config)
    const { client } = await connected(running, "42")
    await running.engine.subscribe({ user: "42" }, "room:a", { info: { seat: 3 } })
    expect(await running.engine.presence("room:a")).toEqual(
      new Map([[client, { client, user: "42", conn_info: undefined, chan_info: '{"seat":3}' }]]),
    )
  })

  test("does otherwise than the channel says, where it is told to", async () => {
    await using running = await RunningEngine.start(config)
    const { socket } = await connected(running, "42")
    await running.engine.publish("kept:a", 1)
    const { epoch } = (await running.engine.history("kept:a")).position
    await running.engine.subscribe({ user: "42" }, "kept:a", {
      override: { force_recovery: true },
    })
    expect(await socket.next()).toEqual({
      push: {
        channel: "kept:a",
        subscribe: { recoverable: true, positioned: true, offset: 1, epoch },
      },
    })
  })

  test("refuses an unknown namespace, no channel, and a second time", async () => {
    await using running = await RunningEngine.start(config)
    await connected(running, "42")
    const subscribe = (channel: string) => running.engine.subscribe({ user: "42" }, channel)
    await subscribe("news")
    await expect(subscribe("news")).rejects.toMatchObject({ code: 100 })
    await expect(subscribe("nowhere:a")).rejects.toMatchObject({ code: 102 })
    await expect(subscribe("")).rejects.toBeInstanceOf(ProtocolError)
  })

  test("of somebody who isn't there does nothing", async () => {
    await using running = await RunningEngine.start(config)
    await running.engine.subscribe({ user: "nobody" }, "news")
    expect(running.engine.stats().subscriptions).toBe(0)
  })
})

describe("engine.unsubscribe and engine.disconnect", () => {
  test("reach one connection of a user by its client id", async () => {
    await using running = await RunningEngine.start(config)
    const [one, two] = [await connected(running, "42"), await connected(running, "42")]
    await running.engine.subscribe({ user: "42" }, "news")
    await one.socket.next()
    await running.engine.unsubscribe({ user: "42", client: one.client }, "news")
    expect(await one.socket.next()).toMatchObject({ push: { unsubscribe: { code: 2000 } } })
    expect(running.engine.stats().subscriptions).toBe(1)
    await running.engine.disconnect({ user: "42", client: one.client })
    expect(await one.socket.closed()).toMatchObject({ code: 3503 })
    await two.socket.next()
    expect(await ask(two.socket, { unsubscribe: { channel: "news" } })).toHaveProperty(
      "unsubscribe",
    )
  })

  test("spare who is on the white list", async () => {
    await using running = await RunningEngine.start(config)
    const [one, two] = [await connected(running, "42"), await connected(running, "42")]
    await running.engine.disconnect({ user: "42", whitelist: [two.client] })
    await one.socket.closed()
    expect(running.engine.stats()).toMatchObject({ connections: 1, users: 1 })
  })

  test("never reach another user's connection", async () => {
    await using running = await RunningEngine.start(config)
    const { client } = await connected(running, "42")
    await running.engine.disconnect({ user: "43", client })
    expect(running.engine.stats().connections).toBe(1)
  })
})

describe("engine.refresh", () => {
  test("sets when connections expire, and tells them", async () => {
    await using running = await RunningEngine.start(config)
    const { socket } = await connected(running, "42")
    await running.engine.refresh({ user: "42" }, { expireAt: secondsFromNow(600) })
    expect(await socket.next()).toEqual({
      push: { refresh: { expires: true, ttl: expect.any(Number) } },
    })
    await running.engine.refresh({ user: "42" }, {})
    expect(await socket.next()).toEqual({ push: { refresh: {} } })
  })

  test.each([{ options: { expired: true } }, { options: { expireAt: 1 } }])(
    "ends connections by $options",
    async ({ options }) => {
      await using running = await RunningEngine.start(config)
      const { socket } = await connected(running, "42")
      await running.engine.refresh({ user: "42" }, options)
      expect(await socket.closed()).toEqual({ code: 3005, reason: "connection expired" })
    },
  )
})

describe("engine.presence", () => {
  test("knows who is there, until they leave", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    const [one, two] = [await connected(running, "42"), await connected(running, "42")]
    for (const { socket } of [one, two]) await ask(socket, { subscribe: { channel: "room:a" } })
    const present = await engine.presence("room:a")
    expect([...present.keys()].sort()).toEqual([one.client, two.client].sort())
    expect(await engine.presenceStats("room:a")).toEqual({ clients: 2, users: 1 })
    await ask(one.socket, { unsubscribe: { channel: "room:a" } })
    expect(await engine.presenceStats("room:a")).toEqual({ clients: 1, users: 1 })
    await engine.disconnect({ user: "42" })
    expect(await engine.presenceStats("room:a")).toEqual({ clients: 0, users: 0 })
  })

  test("is refused where nobody keeps it", async () => {
    await using running = await RunningEngine.start(config)
    await expect(running.engine.presence("news")).rejects.toMatchObject({ code: 108 })
    await expect(running.engine.presenceStats("news")).rejects.toMatchObject({ code: 108 })
    await expect(running.engine.presence("nowhere:a")).rejects.toMatchObject({ code: 102 })
  })
})

describe("engine.history", () => {
  test("gives all that is kept, or the part that is asked for", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    for (let n = 1; n <= 5; n++) await engine.publish("kept:a", n, { tags: { n: String(n) } })
    const all = await engine.history("kept:a")
    const { epoch } = all.position
    expect(all).toEqual({
      position: { offset: 5, epoch: expect.any(String) },
      publications: [1, 2, 3, 4, 5].map((n) => ({
        offset: n,
        data: String(n),
        tags: new Map([["n", String(n)]]),
      })),
    })
    const offsets = async (options: Parameters<typeof engine.history>[1]) =>
      (await engine.history("kept:a", options)).publications.map(({ offset }) => offset)
    expect(await offsets({ limit: 0 })).toEqual([])
    expect(await offsets({ limit: 2 })).toEqual([1, 2])
    expect(await offsets({ limit: 2, reverse: true })).toEqual([5, 4])
    expect(await offsets({ limit: -1, since: { offset: 3, epoch } })).toEqual([4, 5])
    expect(await offsets({ limit: 1, since: { offset: 3, epoch }, reverse: true })).toEqual([2])
    await expect(offsets({ since: { offset: 3, epoch: "other" } })).rejects.toMatchObject({
      code: 112,
    })
  })

  test("is removed without a new beginning", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    await engine.publish("kept:a", 1)
    const { position } = await engine.history("kept:a")
    await engine.removeHistory("kept:a")
    expect(await engine.history("kept:a")).toEqual({ publications: [], position })
    expect(await engine.publish("kept:a", 2)).toEqual({ ...position, offset: 2 })
  })

  test("is refused where nothing is kept", async () => {
    await using running = await RunningEngine.start(config)
    await expect(running.engine.history("news")).rejects.toMatchObject({ code: 108 })
    await expect(running.engine.removeHistory("news")).rejects.toMatchObject({ code: 108 })
  })
})

describe("engine.publish", () => {
  test("refuses data that has no JSON form", async () => {
    await using running = await RunningEngine.start(config)
    await expect(running.engine.publish("news", undefined)).rejects.toThrow(TypeError)
    await expect(running.engine.broadcast(["news"], () => {})).rejects.toThrow(TypeError)
  })

  test("takes no version that is not above the last", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    const publish = (data: number, version: number, versionEpoch = "a") =>
      engine.publish("kept:a", data, { version, versionEpoch })
    expect(await publish(1, 5)).toMatchObject({ offset: 1 })
    expect(await publish(2, 5)).toMatchObject({ offset: 1 })
    expect(await publish(3, 4)).toMatchObject({ offset: 1 })
    expect(await publish(4, 6)).toMatchObject({ offset: 2 })
    expect(await publish(5, 1, "b")).toMatchObject({ offset: 3 })
    const { publications } = await engine.history("kept:a")
    expect(publications.map(({ data }) => data)).toEqual(["1", "4", "5"])
  })

  test("leaves out of the history what shall not be kept", async () => {
    await using running = await RunningEngine.start(config)
    const { socket } = await connected(running, "42")
    await ask(socket, { subscribe: { channel: "kept:a" } })
    expect(await running.engine.publish("kept:a", 1, { skipHistory: true })).toBeUndefined()
    expect(await socket.next()).toEqual({ push: { channel: "kept:a", pub: { data: 1 } } })
    expect((await running.engine.history("kept:a")).publications).toEqual([])
  })

  test("to many channels tells how it went in each", async () => {
    await using running = await RunningEngine.start(config)
    const [kept, unknown, plain] = await running.engine.broadcast(["kept:a", "nowhere:a", "news"], {
      n: 1,
    })
    expect(kept).toEqual({ offset: 1, epoch: expect.any(String) })
    expect(unknown).toMatchObject({ code: 102 })
    expect(plain).toBeUndefined()
  })
})

describe("engine.channels and engine.stats", () => {
  test("count who is there", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    const [one, two] = [await connected(running, "1"), await connected(running, "2")]
    for (const { socket } of [one, two]) await ask(socket, { subscribe: { channel: "news" } })
    await ask(one.socket, { subscribe: { channel: "room:a" } })
    expect(await engine.channels()).toEqual(
      new Map([
        ["news", 2],
        ["room:a", 1],
      ]),
    )
    expect(await engine.channels("room:*")).toEqual(new Map([["room:a", 1]]))
    await engine.publish("news", 1)
    expect(engine.stats()).toEqual({
      connections: 2,
      users: 2,
      subscriptions: 3,
      channels: 2,
      publications: 1,
      deliveries: 2,
      errors: new Map(),
      disconnects: new Map(),
    })
  })

  test("count by code what clients were refused, and why they were sent away", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    const { socket } = await connected(running, "1")
    await ask(socket, { subscribe: { channel: "nowhere:a" } })
    await ask(socket, { history: { channel: "nowhere:a" } })
    await ask(socket, { presence: { channel: "news" } })
    const before = engine.stats()
    expect(before.errors).toEqual(
      new Map([
        [102, 2],
        [108, 1],
      ]),
    )
    socket.send({ id: 7 })
    await socket.closed()
    await connected(running, "2")
    await engine.disconnect({ user: "2" }, { code: 4500, reason: "go away" })
    expect(engine.stats().disconnects).toEqual(
      new Map([
        [3501, 1],
        [4500, 1],
      ]),
    )
    expect(before.disconnects).toEqual(new Map())
  })
})
