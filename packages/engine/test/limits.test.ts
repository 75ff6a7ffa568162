import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import type { EngineConfigInput } from "../src/index.js"
import { TokenBucket } from "../src/token-bucket.js"
import type { RawClient } from "./raw-client.js"
import { RunningEngine, subscriptionToken } from "./running-engine.js"
import { Scrape } from "./scrape.js"

type Limits = NonNullable<NonNullable<EngineConfigInput["client"]>["limits"]>

const tooMany = { code: 111, message: "too many requests", temporary: true }

// The clock stands still, so that nothing is refilled but where a test lets time pass.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }))
afterEach(() => void vi.useRealTimers())

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

function start(limits: Limits): Promise<RunningEngine> {
  const open = {
    allow_subscribe_for_client: true,
    allow_publish_for_client: true,
    allow_history_for_client: true,
    allow_presence_for_client: true,
    presence: true,
    history_size: 10,
    history_ttl: "60s",
  }
  return RunningEngine.start(
    {
      client: { allow_anonymous_connect_without_token: true, limits },
      channel: { without_namespace: { ...open, allow_subscribe_for_anonymous: true } },
      rpc: { ping: { enabled: true } },
      prometheus: { enabled: true },
    },
    { hooks: { onRpc: async ({ data }) => data } },
  )
}

/** Sends commands in one frame; how many of them were carried out, and how many were too many. */
async function flood(socket: RawClient, commands: readonly object[]) {
  socket.send(...commands.map((command, index) => ({ id: index + 2, ...command })))
  let refused = 0
  for (const index of commands.keys()) {
    const reply = await replyTo(socket, index + 2)
    if (!("error" in reply)) continue
    expect(reply.error).toEqual(tooMany)
    refused++
  }
  return { done: commands.length - refused, refused }
}

/** The next reply, past what is pushed; replies come in the order of the commands. */
async function replyTo(socket: RawClient, id: number) {
  for (;;) {
    const message = await socket.next()
    if ("push" in message) continue
    expect(message.id).toBe(id)
    return message
  }
}

const subscribing = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ subscribe: { channel: `channel-${from + n}` } }))
const repeated = (count: number, command: object) => Array.from({ length: count }, () => command)
const rpc = { rpc: { method: "any", data: 1 } }

describe("a limit of a connection", () => {
  test("lets through one second's worth at once, and answers each command past it", async () => {
    await using running = await start({ subscribe: { per_connection: 20 } })
    const socket = await running.socketOf("42")
    expect(await flood(socket, subscribing(1000))).toEqual({ done: 20, refused: 980 })
    expect(running.engine.stats()).toMatchObject({ connections: 1, subscriptions: 20 })
    const scrape = await Scrape.of(running.url)
    const labels = { method: "subscribe", code: "111" }
    expect(scrape.value("centrifugo_client_num_reply_errors", labels)).toBe(980)
  })

  test("is refilled steadily, and never past one second's worth", async () => {
    await using running = await start({ rpc: { per_connection: 10 } })
    const socket = await running.socketOf("42")
    expect(await flood(socket, repeated(15, rpc))).toEqual({ done: 10, refused: 5 })
    pass(300)
    expect(await flood(socket, repeated(15, rpc))).toEqual({ done: 3, refused: 12 })
    pass(5000)
    expect(await flood(socket, repeated(15, rpc))).toEqual({ done: 10, refused: 5 })
  })

  test.each([
    { limit: "publish", commands: [{ publish: { channel: "a", data: 1 } }] },
    {
      limit: "history",
      commands: [
        { history: { channel: "a", limit: 5 } },
        { presence: { channel: "a" } },
        { presence_stats: { channel: "a" } },
      ],
    },
    { limit: "rpc", commands: [rpc, { rpc: { method: "ping" } }] },
  ] as const)("holds $limit, whatever the others did", async ({ limit, commands }) => {
    const all = { subscribe: 1, publish: 1, history: 1, rpc: 1, [limit]: 6 }
    await using running = await start({
      subscribe: { per_connection: all.subscribe },
      publish: { per_connection: all.publish },
      history: { per_connection: all.history },
      rpc: { per_connection: all.rpc },
    })
    const socket = await running.socketOf("42")
    expect(await flood(socket, subscribing(2))).toEqual({ done: 1, refused: 1 })
    const some = Array.from({ length: 12 }, (_, n) => commands[n % commands.length] ?? {})
    expect(await flood(socket, some)).toEqual({ done: 6, refused: 6 })
  })

  test("counts new tokens of subscriptions as subscribing", async () => {
    await using running = await start({ subscribe: { per_connection: 3 } })
    const socket = await running.socketOf("42")
    const token = await subscriptionToken("42", "$own")
    const commands = [
      { subscribe: { channel: "$own", token } },
      ...repeated(4, { sub_refresh: { channel: "$own", token } }),
    ]
    expect(await flood(socket, commands)).toEqual({ done: 3, refused: 2 })
  })

  test("is each connection's own, and leaves unsubscribing free", async () => {
    await using running = await start({ subscribe: { per_connection: 2 } })
    for (const socket of [await running.socketOf("42"), await running.socketOf("42")]) {
      expect(await flood(socket, subscribing(3))).toEqual({ done: 2, refused: 1 })
      const leaving = repeated(9, { unsubscribe: { channel: "channel-0" } })
      expect(await flood(socket, leaving)).toEqual({ done: 9, refused: 0 })
    }
  })

  test("refuses before anything is done", async () => {
    await using running = await start({ publish: { per_connection: 1 } })
    const socket = await running.socketOf("42")
    await flood(socket, repeated(5, { publish: { channel: "a", data: 1 } }))
    expect((await running.engine.history("a")).position.offset).toBe(1)
  })
})

describe("a limit of a user", () => {
  test("is shared by the connections of the user, and no other's", async () => {
    await using running = await start({ rpc: { per_user: 5 } })
    const [one, two] = [await running.socketOf("42"), await running.socketOf("42")]
    const other = await running.socketOf("43")
    expect(await flood(one, repeated(3, rpc))).toEqual({ done: 3, refused: 0 })
    expect(await flood(two, repeated(3, rpc))).toEqual({ done: 2, refused: 1 })
    expect(await flood(other, repeated(5, rpc))).toEqual({ done: 5, refused: 0 })
  })

  test("stays while the user has a connection, and is forgotten with the last", async () => {
    await using running = await start({ rpc: { per_user: 5 } })
    const [one, two] = [await running.socketOf("42"), await running.socketOf("42")]
    await flood(one, repeated(5, rpc))
    one.terminate()
    expect(await flood(two, repeated(1, rpc))).toEqual({ done: 0, refused: 1 })
    await running.engine.disconnect({ user: "42" })
    await two.closed()
    const back = await running.socketOf("42")
    expect(await flood(back, repeated(6, rpc))).toEqual({ done: 5, refused: 1 })
  })

  test("isn't shared by anonymous visitors", async () => {
    await using running = await start({ rpc: { per_user: 2, per_connection: 4 } })
    for (const socket of [await running.socket(), await running.socket()]) {
      socket.send({ id: 1, connect: {} })
      await socket.next()
      expect(await flood(socket, repeated(6, rpc))).toEqual({ done: 4, refused: 2 })
    }
  })

  test("counts nothing that the connection's own limit has refused", async () => {
    await using running = await start({ rpc: { per_user: 6, per_connection: 4 } })
    const [one, two] = [await running.socketOf("42"), await running.socketOf("42")]
    expect(await flood(one, repeated(50, rpc))).toEqual({ done: 4, refused: 46 })
    expect(await flood(two, repeated(4, rpc))).toEqual({ done: 2, refused: 2 })
  })
})

test("the stock client subscribes again by itself where it was too fast", async () => {
  vi.useRealTimers()
  await using running = await start({ subscribe: { per_connection: 10 } })
  const client = await running.clientOf("42")
  const delays = { minResubscribeDelay: 10, maxResubscribeDelay: 50 }
  const subscriptions = Array.from({ length: 15 }, (_, n) =>
    client.newSubscription(`channel-${n}`, delays),
  )
  client.connect()
  for (const subscription of subscriptions) subscription.subscribe()
  const all = Promise.all(subscriptions.map((subscription) => subscription.ready()))
  await withDeadline("the subscriptions", all)
  expect(running.engine.stats()).toMatchObject({ connections: 1, subscriptions: 15 })
})

test("without limits everything goes through", async () => {
  await using running = await start({})
  const socket = await running.socketOf("42")
  expect(await flood(socket, subscribing(128))).toEqual({ done: 128, refused: 0 })
  expect(await flood(socket, repeated(500, rpc))).toEqual({ done: 500, refused: 0 })
})

describe("a token bucket", () => {
  const taken = (bucket: TokenBucket, now: number) => {
    let count = 0
    while (bucket.take(now)) count++
    return count
  }

  test("holds one second's worth unless it is to hold another burst", () => {
    expect(taken(new TokenBucket(7), 1_000_000)).toBe(7)
    expect(taken(new TokenBucket(1, 50), 1_000_000)).toBe(50)
  })

  test("gains nothing by a clock that is set back, and goes on from there", () => {
    const bucket = new TokenBucket(10)
    expect(taken(bucket, 1_000_000)).toBe(10)
    expect(taken(bucket, 0)).toBe(0)
    expect(taken(bucket, 500)).toBe(5)
  })
})
