import {
  type Disconnect,
  DisconnectError,
  errors,
  ProtocolError,
  payloadJson,
  toRawJson,
} from "@instant-ws/protocol"
import { pino } from "pino"
import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import type { EngineConfigInput, Hooks } from "../src/index.js"
import type { RawClient } from "./raw-client.js"
import {
  connectionToken,
  RunningEngine,
  secondsFromNow,
  subscriptionToken,
} from "./running-engine.js"

const config: EngineConfigInput = {
  channel: {
    without_namespace: { allow_user_limited_channels: true },
    namespaces: [
      { name: "open", allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
      { name: "kept", allow_subscribe_for_client: true, history_size: 9, history_ttl: "60s" },
      { name: "room", presence: true },
    ],
  },
}

const start = (hooks: Hooks, more: EngineConfigInput = {}) =>
  RunningEngine.start({ ...config, ...more }, { hooks })

/** Sends one command and gives what comes next. */
async function ask(socket: RawClient, command: object) {
  socket.send({ id: 7, ...command })
  return socket.next()
}

const goodbye: Disconnect = { code: 4500, reason: "go away" }

describe("onConnecting", () => {
  test("is asked about a client without a token, and told all about it", async () => {
    const asked = new Queue<unknown>()
    await using running = await start({
      async onConnecting(event) {
        asked.push(event)
        return { user: "42" }
      },
    })
    const socket = await running.socket({ "X-Real": "yes" })
    await ask(socket, {
      connect: {
        name: "js",
        version: "1.2",
        data: { a: 1 },
        headers: { "X-Emulated": "too" },
        subs: { "open:a": {} },
      },
    })
    expect(await asked.next()).toMatchObject({
      client: expect.any(String),
      transport: "websocket",
      protocol: "json",
      headers: { "x-real": "yes" },
      emulatedHeaders: new Map([["X-Emulated", "too"]]),
      name: "js",
      version: "1.2",
      data: '{"a":1}',
      channels: ["open:a"],
    })
  })

  test("says who the client is, what it is told, and where it is subscribed", async () => {
    await using running = await start({
      onConnecting: async () => ({
        user: "42",
        info: toRawJson({ name: "member" }),
        data: toRawJson({ welcome: true }),
        expireAt: secondsFromNow(60),
        subs: new Map([["room:a", { info: toRawJson({ seat: 3 }) }]]),
      }),
    })
    const socket = await running.socket()
    expect(await ask(socket, { connect: {} })).toMatchObject({
      connect: {
        data: { welcome: true },
        expires: true,
        ttl: expect.any(Number),
        subs: { "room:a": {} },
      },
    })
    const present = [...(await running.engine.presence("room:a")).values()]
    expect(present).toEqual([
      {
        client: expect.any(String),
        user: "42",
        conn_info: '{"name":"member"}',
        chan_info: '{"seat":3}',
      },
    ])
  })

  test("isn't asked about a client with a token", async () => {
    await using running = await start({ onConnecting: async () => ({ user: "from the hook" }) })
    const token = await connectionToken("from the token", { channels: ["room:a"] })
    await ask(await running.socket(), { connect: { token } })
    const [present] = (await running.engine.presence("room:a")).values()
    expect(present?.user).toBe("from the token")
  })

  test("leaves the decision to the configuration when it answers nothing", async () => {
    const hooks: Hooks = { onConnecting: async () => undefined }
    await using closed = await start(hooks)
    const refused = await closed.socket()
    refused.send({ id: 1, connect: {} })
    expect(await refused.closed()).toMatchObject({ code: 3501 })
    await using open = await start(hooks, {
      client: { allow_anonymous_connect_without_token: true },
    })
    expect(await ask(await open.socket(), { connect: {} })).toHaveProperty("connect")
  })
})

describe("onSubscribe", () => {
  test("opens a channel that nothing else opens, and says how", async () => {
    const asked = new Queue<unknown>()
    await using running = await start({
      async onSubscribe(event) {
        asked.push(event)
        return {
          info: toRawJson({ seat: 1 }),
          data: toRawJson("hello"),
          override: { join_leave: true, force_push_join_leave: true },
        }
      },
    })
    const socket = await running.socketOf("42")
    const command = { subscribe: { channel: "room:a", data: { why: "to talk" } } }
    expect(await ask(socket, command)).toEqual({ id: 7, subscribe: { data: "hello" } })
    expect(await socket.next()).toMatchObject({
      push: { join: { info: { user: "42", chan_info: { seat: 1 } } } },
    })
    expect(await asked.next()).toMatchObject({
      user: "42",
      channel: "room:a",
      data: '{"why":"to talk"}',
    })
  })

  test("leaves the decision to the channel's permissions when it answers nothing", async () => {
    await using running = await start({ onSubscribe: async () => undefined })
    const socket = await running.socketOf("42")
    expect(await ask(socket, { subscribe: { channel: "open:a" } })).toHaveProperty("subscribe")
    expect(await ask(socket, { subscribe: { channel: "room:a" } })).toMatchObject({
      error: { code: 103 },
    })
  })

  test("isn't asked where a token or the channel's name decides", async () => {
    const asked: string[] = []
    await using running = await start({
      async onSubscribe({ channel }) {
        asked.push(channel)
        throw new ProtocolError(errors.permissionDenied)
      },
    })
    const socket = await running.socketOf("42")
    const token = await subscriptionToken("42", "$team")
    const taken = await ask(socket, { subscribe: { channel: "$team", token } })
    expect(taken).toHaveProperty("subscribe")
    expect(await ask(socket, { subscribe: { channel: "x#42" } })).toHaveProperty("subscribe")
    expect(await ask(socket, { subscribe: { channel: "$other" } })).toHaveProperty("error")
    expect(asked).toEqual([])
  })
})

describe("onPublish", () => {
  test("may change what is published, and how", async () => {
    await using running = await start({
      async onPublish({ user, channel, data }) {
        const text = data && JSON.parse(payloadJson(data))
        return {
          data: toRawJson({ user, channel, text }),
          tags: new Map([["lang", "en"]]),
          skipHistory: text === "forget me",
        }
      },
    })
    const socket = await running.socketOf("42")
    await ask(socket, { subscribe: { channel: "kept:a" } })
    expect(await ask(socket, { publish: { channel: "kept:a", data: "hello" } })).toMatchObject({
      push: {
        pub: {
          data: { user: "42", channel: "kept:a", text: "hello" },
          tags: { lang: "en" },
          info: { user: "42" },
        },
      },
    })
    expect(await socket.next()).toEqual({ id: 7, publish: {} })
    await ask(socket, { publish: { channel: "kept:a", data: "forget me" } })
    const { publications } = await running.engine.history("kept:a")
    expect(publications).toHaveLength(1)
  })

  test("leaves the decision to the channel's permissions when it answers nothing", async () => {
    await using running = await start({ onPublish: async () => undefined })
    const socket = await running.socketOf("42")
    expect(await ask(socket, { publish: { channel: "kept:a", data: 1 } })).toMatchObject({
      error: { code: 103 },
    })
    await ask(socket, { subscribe: { channel: "open:a" } })
    expect(await ask(socket, { publish: { channel: "open:a", data: 1 } })).toHaveProperty("push")
  })

  test("sends nothing twice under the same idempotency key", async () => {
    await using running = await start({ onPublish: async () => ({ idempotencyKey: "the same" }) })
    const socket = await running.socketOf("42")
    for (const n of [1, 2, 3]) {
      const reply = await ask(socket, { publish: { channel: "kept:a", data: n } })
      expect(reply).toEqual({ id: 7, publish: {} })
    }
    expect(await running.engine.history("kept:a")).toMatchObject({
      publications: [{ data: "1", offset: 1 }],
    })
  })
})

describe("onRpc", () => {
  test("answers calls, one after the other in a connection", async () => {
    const open: (() => void)[] = []
    await using running = await start({
      async onRpc({ method, data }) {
        if (method === "wait") await new Promise<void>((resolve) => open.push(resolve))
        return data
      },
    })
    const [one, other] = [await running.socketOf("1"), await running.socketOf("2")]
    one.send({ id: 2, rpc: { method: "wait", data: "slow" } }, { id: 3, rpc: { data: "quick" } })
    expect(await ask(other, { rpc: { data: { a: 1 } } })).toEqual({
      id: 7,
      rpc: { data: { a: 1 } },
    })
    for (const go of open) go()
    expect(await one.next()).toEqual({ id: 2, rpc: { data: "slow" } })
    expect(await one.next()).toEqual({ id: 3, rpc: { data: "quick" } })
  })

  test("that is absent leaves calls without an answer", async () => {
    await using running = await start({})
    const socket = await running.socketOf("42")
    expect(await ask(socket, { rpc: { method: "any" } })).toMatchObject({ error: { code: 108 } })
  })

  test("may take longer than its client stays", async () => {
    const started = new Queue<() => void>()
    await using running = await start({
      async onRpc({ method, data }) {
        if (method === "wait") await new Promise<void>((resolve) => started.push(resolve))
        return data
      },
    })
    const socket = await running.socketOf("1")
    socket.send({ id: 2, rpc: { method: "wait" } })
    const finish = await started.next()
    await running.engine.disconnect({ user: "1" }, goodbye)
    expect(await socket.closed()).toEqual(goodbye)
    finish()
    const other = await running.socketOf("2")
    expect(await ask(other, { rpc: { data: 1 } })).toEqual({ id: 7, rpc: { data: 1 } })
  })
})

/** What a client does where each hook may refuse it. */
const refusable: readonly {
  readonly hook: keyof Hooks
  readonly command: object
}[] = [
  { hook: "onConnecting", command: { connect: {} } },
  { hook: "onSubscribe", command: { subscribe: { channel: "open:a" } } },
  { hook: "onPublish", command: { publish: { channel: "open:a", data: 1 } } },
  { hook: "onRpc", command: { rpc: { method: "any" } } },
]

describe.each(refusable)("$hook", ({ hook, command }) => {
  const socketFor = (running: RunningEngine) =>
    hook === "onConnecting" ? running.socket() : running.socketOf("42")
  const throwing = (error: unknown): Hooks => ({
    [hook]: async () => {
      throw error
    },
  })

  test("refuses with the code of the error that it throws", async () => {
    const error = { code: 1042, message: "not today", temporary: false }
    await using running = await start(throwing(new ProtocolError(error)))
    expect(await ask(await socketFor(running), command)).toEqual({
      id: 7,
      error: { code: 1042, message: "not today" },
    })
  })

  test("ends the connection with the disconnect that it throws", async () => {
    await using running = await start(throwing(new DisconnectError(goodbye)))
    const socket = await socketFor(running)
    socket.send({ id: 7, ...command })
    expect(await socket.closed()).toEqual(goodbye)
  })

  test.each([
    ["an error", new Error("the database is down")],
    ["no error at all", "the database is down"],
    ["nothing", undefined],
  ])("that throws %s is logged, and its client may try again", async (_, thrown) => {
    const logged: string[] = []
    const log = pino({ level: "error" }, { write: (line: string) => logged.push(line) })
    await using running = await RunningEngine.start(config, { hooks: throwing(thrown), log })
    const socket = await socketFor(running)
    expect(await ask(socket, command)).toEqual({
      id: 7,
      error: { code: 100, message: "internal server error", temporary: true },
    })
    expect(logged).toHaveLength(1)
    if (thrown !== undefined) expect(logged[0]).toContain("the database is down")
  })
})

describe("onRefresh", () => {
  test.concurrent("lets a connection go on, with other information", async () => {
    const asked = new Queue<unknown>()
    await using running = await start({
      onConnecting: async () => ({
        user: "42",
        meta: toRawJson({ session: 5 }),
        info: toRawJson("before"),
        expireAt: secondsFromNow(1),
      }),
      async onRefresh(event) {
        asked.push(event)
        return { expireAt: secondsFromNow(1), info: toRawJson("after") }
      },
      onSubscribe: async () => ({}),
    })
    const socket = await running.socket()
    const reply = await ask(socket, { connect: {} })
    expect(reply).not.toHaveProperty("connect.expires")
    expect(await asked.next()).toMatchObject({ user: "42", meta: '{"session":5}' })
    await asked.next()
    await ask(socket, { subscribe: { channel: "room:b" } })
    const [present] = (await running.engine.presence("room:b")).values()
    expect(present?.conn_info).toBe('"after"')
  })

  test.concurrent.each([
    { answer: undefined },
    { answer: { expired: true } },
    { answer: { expireAt: 1 } },
  ])("ends a connection by $answer", async ({ answer }) => {
    await using running = await start({
      onConnecting: async () => ({ user: "42", expireAt: secondsFromNow(1) }),
      onRefresh: async () => answer,
    })
    const socket = await running.socket()
    await ask(socket, { connect: {} })
    expect(await socket.closed()).toEqual({ code: 3005, reason: "connection expired" })
  })
})

describe("onSubRefresh", () => {
  const soon: EngineConfigInput = {
    client: { presence_update_interval: "100ms", expired_sub_close_delay: "1ms" },
  }

  test.concurrent("lets a subscription go on", async () => {
    const asked = new Queue<unknown>()
    await using running = await start(
      {
        onConnecting: async () => ({ user: "42" }),
        onSubscribe: async () => ({ expireAt: secondsFromNow(1) }),
        async onSubRefresh(event) {
          asked.push(event)
          return { expireAt: secondsFromNow(1) }
        },
      },
      soon,
    )
    const socket = await running.socket()
    await ask(socket, { connect: {} })
    const reply = await ask(socket, { subscribe: { channel: "room:a" } })
    expect(reply).toEqual({ id: 7, subscribe: {} })
    expect(await asked.next()).toMatchObject({ user: "42", channel: "room:a" })
    await asked.next()
    expect(running.engine.stats().subscriptions).toBe(1)
  })

  test.concurrent.each([{ answer: undefined }, { answer: { expired: true } }])(
    "ends a subscription by $answer, and not the connection",
    async ({ answer }) => {
      await using running = await start(
        {
          onConnecting: async () => ({ user: "42" }),
          onSubscribe: async () => ({ expireAt: secondsFromNow(1) }),
          onSubRefresh: async () => answer,
        },
        soon,
      )
      const socket = await running.socket()
      await ask(socket, { connect: {} })
      await ask(socket, { subscribe: { channel: "room:a" } })
      expect(await socket.next()).toEqual({
        push: { channel: "room:a", unsubscribe: { code: 2501, reason: "subscription expired" } },
      })
      expect(running.engine.stats()).toMatchObject({ subscriptions: 0, connections: 1 })
    },
  )
})
