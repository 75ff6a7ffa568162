import { pino } from "pino"
import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import type { EngineConfigInput, Hooks, MembershipEvent } from "../src/index.js"
import { connectionToken, RunningEngine, secondsFromNow } from "./running-engine.js"

const config: EngineConfigInput = {
  channel: { without_namespace: { allow_subscribe_for_client: true } },
  http_stream: { enabled: true },
  uni_sse: { enabled: true },
}

/** Hooks that write down who has come and gone, as `+user channel subscribers`. */
function diary() {
  const entries = new Queue<string>()
  const write = (sign: string) => (event: MembershipEvent) =>
    entries.push(`${sign}${event.user} ${event.channel} ${event.subscribers}`)
  return { entries, hooks: { onJoin: write("+"), onLeave: write("-") } satisfies Hooks }
}

async function subscribed(running: RunningEngine, user: string, channel = "c") {
  const socket = await running.socketOf(user)
  socket.send({ id: 2, subscribe: { channel } })
  await socket.next()
  return socket
}

/** Waits until the hooks were called for all that has happened. */
async function restOf(running: RunningEngine, entries: Queue<string>) {
  await running.engine.close()
  return [...entries.rest]
}

describe("onJoin and onLeave", () => {
  test("tell which client of whom it is, and how many the channel has now", async () => {
    const events = new Queue<MembershipEvent>()
    await using running = await RunningEngine.start(config, {
      hooks: { onJoin: events.push, onLeave: events.push },
    })
    const socket = await subscribed(running, "42")
    const [client] = (await running.engine.connections()).connections
    const who = { channel: "c", client: client?.client, user: "42" }
    expect(await events.next()).toEqual({ ...who, subscribers: 1 })
    socket.send({ id: 3, unsubscribe: { channel: "c" } })
    expect(await events.next()).toEqual({ ...who, subscribers: 0 })
  })

  test("come in order, a leave for each join, up to the end of the engine", async () => {
    const { entries, hooks } = diary()
    await using running = await RunningEngine.start(config, { hooks })
    const one = await subscribed(running, "1")
    await subscribed(running, "2")
    await subscribed(running, "2", "d")
    one.send({ id: 3, unsubscribe: { channel: "c" } }, { id: 4, subscribe: { channel: "c" } })
    await one.next()
    await one.next()
    const rest = await restOf(running, entries)
    expect(rest.slice(0, 5)).toEqual(["+1 c 1", "+2 c 2", "+2 d 1", "-1 c 1", "+1 c 2"])
    expect(rest.slice(5).sort()).toEqual(["-1 c 1", "-2 c 0", "-2 d 0"].sort())
  })

  test("know what the server grants and takes back", async () => {
    const { entries, hooks } = diary()
    await using running = await RunningEngine.start(config, { hooks })
    const { engine } = running
    const socket = await running.socket()
    socket.send({ id: 1, connect: { token: await connectionToken("1", { channels: ["a"] }) } })
    expect(await entries.next()).toBe("+1 a 1")
    await engine.subscribe({ user: "1" }, "b")
    expect(await entries.next()).toBe("+1 b 1")
    await engine.unsubscribe({ user: "1" }, "a")
    expect(await entries.next()).toBe("-1 a 0")
    await engine.disconnect({ user: "1" })
    expect(await entries.next()).toBe("-1 b 0")
    expect(await restOf(running, entries)).toEqual([])
  })

  test("know of a connection that is cut", async () => {
    const { entries, hooks } = diary()
    await using running = await RunningEngine.start(config, { hooks })
    const socket = await subscribed(running, "1")
    expect(await entries.next()).toBe("+1 c 1")
    socket.terminate()
    expect(await entries.next()).toBe("-1 c 0")
    expect(await restOf(running, entries)).toEqual([])
  })

  test("know of a subscription that has expired", async () => {
    const { entries, hooks } = diary()
    const expiring: Hooks = { onSubscribe: async () => ({ expireAt: secondsFromNow(-100) }) }
    await using running = await RunningEngine.start(
      {
        ...config,
        client: { presence_update_interval: "100ms", expired_sub_close_delay: "1ms" },
      },
      { hooks: { ...hooks, ...expiring } },
    )
    await subscribed(running, "1")
    expect(await entries.next()).toBe("+1 c 1")
    expect(await entries.next()).toBe("-1 c 0")
  })

  test.each([
    ["http_stream", (token: string) => ({ id: 1, connect: { token } })],
    ["uni_sse", (token: string) => ({ token })],
  ])("know who comes by %s", async (path, body) => {
    const { entries, hooks } = diary()
    await using running = await RunningEngine.start(config, { hooks })
    const token = await connectionToken("1", { channels: ["a"] })
    const leaving = new AbortController()
    const response = await fetch(`${running.url}/connection/${path}`, {
      method: "POST",
      body: JSON.stringify(body(token)),
      signal: leaving.signal,
    })
    await response.body?.getReader().read()
    expect(await entries.next()).toBe("+1 a 1")
    leaving.abort()
    expect(await entries.next()).toBe("-1 a 0")
  })

  test("say nothing of a subscription that was refused, or that ends before it has begun", async () => {
    const { entries, hooks } = diary()
    await using running = await RunningEngine.start(
      { channel: { without_namespace: { history_size: 9, history_ttl: "60s" } } },
      { hooks },
    )
    const socket = await subscribed(running, "1")
    const making = running.engine.subscribe({ user: "1" }, "c", {
      override: { force_recovery: true },
    })
    await running.engine.unsubscribe({ user: "1" }, "c")
    await expect(making).rejects.toMatchObject({ code: 100 })
    socket.terminate()
    expect(await restOf(running, entries)).toEqual([])
  })

  test("may throw and reject, which is logged and harms nobody", async () => {
    const lines = new Queue<string>()
    const log = pino({ level: "error" }, { write: lines.push })
    await using running = await RunningEngine.start(config, {
      log,
      hooks: {
        onJoin() {
          throw new Error("no room")
        },
        onLeave: async () => Promise.reject(new Error("no way out")),
      },
    })
    const socket = await subscribed(running, "1")
    expect(JSON.parse(await lines.next())).toMatchObject({
      msg: "onJoin failed",
      channel: "c",
      err: { message: "no room" },
    })
    socket.send({ id: 3, unsubscribe: { channel: "c" } })
    expect(await socket.next()).toEqual({ id: 3, unsubscribe: {} })
    expect(JSON.parse(await lines.next())).toMatchObject({
      msg: "onLeave failed",
      err: { message: "no way out" },
    })
  })

  test("may do with the engine what they want", async () => {
    const { entries, hooks } = diary()
    await using running = await RunningEngine.start(config, {
      hooks: {
        onLeave: hooks.onLeave,
        async onJoin(event) {
          hooks.onJoin(event)
          await running.engine.disconnect({ user: event.user })
        },
      },
    })
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel: "c" } })
    expect((await socket.closed()).code).toBe(3503)
    expect(await entries.take(2)).toEqual(["+1 c 1", "-1 c 0"])
  })

  test("let the event loop have its turn while they are told of a crowd", async () => {
    const channels = Array.from({ length: 20 }, (_, index) => `c${index}`)
    const told: { readonly channel: string; readonly turn: number }[] = []
    let turn = 0
    let ticking = setImmediate(function tick() {
      turn++
      ticking = setImmediate(tick)
    })
    await using running = await RunningEngine.start(config, {
      hooks: {
        onLeave({ channel }) {
          // Longer than hooks are called in one go.
          for (const end = performance.now() + 6; performance.now() < end; );
          told.push({ channel, turn })
        },
      },
    })
    await running.socketOf("1")
    for (const channel of channels) await running.engine.subscribe({ user: "1" }, channel)
    await running.engine.disconnect({ user: "1" })
    await running.engine.close()
    clearImmediate(ticking)
    expect(told.map(({ channel }) => channel)).toEqual(channels)
    expect(new Set(told.map((each) => each.turn)).size).toBeGreaterThan(1)
  })
})
