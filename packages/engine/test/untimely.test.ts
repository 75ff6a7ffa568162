import { connect } from "node:net"
import { DisconnectError, toRawJson } from "@instant-ws/protocol"
import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { withDeadline } from "../../../test/with-deadline.js"
import type { DisconnectEvent, EngineConfigInput, Hooks } from "../src/index.js"
import { RunningEngine, secondsFromNow } from "./running-engine.js"

// What comes while something else is still being decided, and what leaves before it is answered.

const config: EngineConfigInput = {
  channel: {
    without_namespace: { presence: true, join_leave: true, force_push_join_leave: true },
    namespaces: [
      { name: "kept", history_size: 9, history_ttl: "60s", force_positioning: true },
      { name: "open", allow_subscribe_for_client: true },
    ],
  },
  http_stream: { enabled: true },
}

const start = (hooks: Hooks = {}, more: EngineConfigInput = {}) =>
  RunningEngine.start({ ...config, ...more }, { hooks })

/** A promise, and what settles it. */
function gate() {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** The next message of a socket that has this member. */
async function nextWith(socket: { next(): Promise<object> }, member: string): Promise<object> {
  for (let tries = 0; tries < 50; tries++) {
    const message = await socket.next()
    if (member in message) return message
  }
  throw new Error(`no message has ${member}`)
}

describe("a client that is gone", () => {
  test("after it was refused the upgrade harms nobody, even with a reset", async () => {
    await using running = await start()
    for (let round = 0; round < 20; round++) {
      const socket = connect(running.port, "127.0.0.1")
      socket.on("error", () => {})
      await new Promise((resolve) => socket.once("connect", resolve))
      socket.write(
        "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      )
      if (round % 2 === 0) await new Promise((resolve) => socket.once("data", resolve))
      const closed = new Promise((resolve) => socket.once("close", resolve))
      socket.resetAndDestroy()
      await closed
    }
    const answer = await running.api("info", {})
    expect(answer.status).toBe(200)
  })

  test("before the answer to its call isn't written to", async () => {
    const { open, opened } = gate()
    const left = new Queue<DisconnectEvent>()
    await using running = await start({
      onConnecting: async () => ({ user: "u" }),
      onRpc: async () => {
        await opened
        return toRawJson("late")
      },
      onDisconnect: (event) => left.push(event),
    })
    const leaving = new AbortController()
    const response = await fetch(`${running.url}/connection/http_stream`, {
      method: "POST",
      body: '{"id":1,"connect":{}}\n{"id":2,"rpc":{"method":"m"}}',
      signal: leaving.signal,
    })
    await response.body?.getReader().read()
    leaving.abort()
    expect(await left.next()).toMatchObject({ user: "u", code: 3000, transport: "http_stream" })
    open()
    expect((await running.api("info", {})).status).toBe(200)
    expect(running.engine.stats()).toMatchObject({ connections: 0 })
  })
})

describe("a subscription", () => {
  test("that the server makes while the client's is being decided isn't made twice", async () => {
    const { open, opened } = gate()
    const asked = gate()
    await using running = await start({
      onSubscribe: async () => {
        asked.open()
        await opened
        return {}
      },
    })
    const socket = await running.socketOf("u")
    socket.send({ id: 2, subscribe: { channel: "c" } })
    await asked.opened
    await running.engine.subscribe({ user: "u" }, "c")
    open()
    expect(await nextWith(socket, "error")).toMatchObject({ id: 2, error: { code: 105 } })
    expect(running.engine.stats().subscriptions).toBe(1)
  })

  test("that was made anew isn't ended by what was decided about the one before", async () => {
    const { open, opened } = gate()
    const asked = gate()
    let isFirst = true
    await using running = await start(
      {
        onSubscribe: async () => {
          const expireAt = isFirst ? secondsFromNow(-100) : undefined
          isFirst = false
          return { expireAt }
        },
        onSubRefresh: async () => {
          asked.open()
          await opened
          return { expired: true }
        },
      },
      { client: { presence_update_interval: "100ms", expired_sub_close_delay: "0s" } },
    )
    const socket = await running.socketOf("u")
    socket.send({ id: 2, subscribe: { channel: "open:c" } })
    await withDeadline("the question", asked.opened)
    socket.send({ id: 3, unsubscribe: { channel: "open:c" } })
    socket.send({ id: 4, subscribe: { channel: "open:c" } })
    await nextWith(socket, "unsubscribe")
    await nextWith(socket, "subscribe")
    open()
    await running.engine.publish("open:c", 1)
    expect(await nextWith(socket, "push")).toMatchObject({ push: { pub: { data: 1 } } })
    expect(running.engine.stats().subscriptions).toBe(1)
  })

  test("that ends while it is being made is announced to nobody, and leaves nothing", async () => {
    await using running = await start()
    const watcher = await running.socketOf("watcher")
    await running.engine.subscribe({ user: "watcher" }, "c")
    await running.socketOf("u")
    const subscribed = running.engine.subscribe({ user: "u" }, "c")
    await Promise.all([subscribed, running.engine.disconnect({ user: "u" })])
    await running.engine.publish("c", "after")
    expect(await nextWith(watcher, "push")).toMatchObject({ push: { subscribe: {} } })
    const pushes = [await nextWith(watcher, "push"), await nextWith(watcher, "push")]
    expect(pushes).toMatchObject([
      { push: { join: { info: { user: "watcher" } } } },
      { push: { pub: { data: "after" } } },
    ])
    expect(running.engine.stats().subscriptions).toBe(1)
  })

  test("stays where it is when a publication isn't kept", async () => {
    await using running = await start(
      {},
      {
        client: {
          channel_position_check_delay: "50ms",
          ping_interval: "100ms",
          pong_timeout: "-1s",
        },
      },
    )
    await running.engine.publish("kept:c", 1)
    const socket = await running.socketOf("u")
    await running.engine.subscribe({ user: "u" }, "kept:c")
    await running.engine.publish("kept:c", 2, { skipHistory: true })
    for (let pings = 0; pings < 3; pings++) {
      while (Object.keys(await socket.next()).length > 0);
    }
    expect(running.engine.stats()).toMatchObject({ connections: 1, subscriptions: 1 })
  })
})

describe("a connection", () => {
  test("whose second subscription is refused has no first one", async () => {
    const subs = new Map([
      ["a", {}],
      ["b", {}],
    ])
    await using running = await start({ onConnecting: async () => ({ user: "u", subs }) })
    const socket = await running.socket()
    socket.send({ id: 1, connect: { subs: { b: { tf: { key: "x", cmp: "ex" } } } } })
    expect(await socket.next()).toMatchObject({ error: { code: 107 } })
    expect(running.engine.stats().subscriptions).toBe(0)
    expect([...(await running.engine.presence("a")).values()]).toEqual([])
  })

  test("shows what a refresh has changed to others", async () => {
    await using running = await start()
    await running.socketOf("u")
    await running.engine.refresh({ user: "u" }, { info: toRawJson("new") })
    await running.engine.subscribe({ user: "u" }, "c")
    const [present] = (await running.engine.presence("c")).values()
    expect(present?.conn_info).toBe('"new"')
  })

  test("goes on when the backend can't say whether it does", async () => {
    const asked = gate()
    await using running = await start({
      onConnecting: async () => ({ user: "u", expireAt: secondsFromNow(1) }),
      onRefresh: async () => {
        asked.open()
        throw new Error("the database is down")
      },
      onRpc: async () => toRawJson("still here"),
    })
    const socket = await running.socket()
    socket.send({ id: 1, connect: {} })
    await withDeadline("the question", asked.opened)
    socket.send({ id: 2, rpc: { method: "m" } })
    expect(await nextWith(socket, "rpc")).toMatchObject({ rpc: { data: "still here" } })
  })

  test("has expired when the backend refuses to go on", async () => {
    await using running = await start({
      onConnecting: async () => ({ user: "u", expireAt: secondsFromNow(1) }),
      onRefresh: async () => {
        throw new DisconnectError({ code: 4500, reason: "go away" })
      },
    })
    const socket = await running.socket()
    socket.send({ id: 1, connect: {} })
    expect(await socket.closed()).toMatchObject({ code: 3005 })
  })

  test("over requests of its own is told when too much waits", async () => {
    const { open, opened } = gate()
    let calls = 0
    await using running = await start({
      onConnecting: async () => ({ user: "u" }),
      onRpc: async () => {
        calls++
        await opened
        return undefined
      },
    })
    const response = await fetch(`${running.url}/connection/http_stream`, {
      method: "POST",
      body: '{"id":1,"connect":{}}',
    })
    const first = await response.body?.getReader().read()
    const { connect } = JSON.parse(Buffer.from(first?.value ?? []).toString())
    const { node, session } = connect
    const body = JSON.stringify({ node, session, data: '{"id":2,"rpc":{"method":"m"}}' })
    const statuses: number[] = []
    for (let n = 0; n < 30; n++) {
      const answer = await fetch(`${running.url}/emulation`, { method: "POST", body })
      statuses.push(answer.status)
    }
    open()
    expect(new Set(statuses)).toEqual(new Set([204, 429]))
    expect(calls).toBe(1)
  })
})
