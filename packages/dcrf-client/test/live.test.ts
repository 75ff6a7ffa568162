import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { PATIENCE } from "../../../test/virtual-environment.js"
import { withDeadline } from "../../../test/with-deadline.js"
import { type Client, connect, type DcrfError, type Untyped } from "../src/index.js"
import { type Heard, heardOf, messageOf, Replay, recorded, type Step } from "./recorded-case.js"
import { type Fixture, type RunningFixture, startFixture } from "./running-fixture.js"
import { opened, reached, rejection } from "./scene.js"

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
  if (fixture.kind === "missing" && process.env.CI === "true") {
    throw new Error(`The client can't be tested with a DCRF server: ${fixture.reason}`)
  }
}, 3 * PATIENCE)

afterAll(async () => {
  if (fixture.kind === "running") await fixture.stop()
})

interface Scene {
  readonly server: RunningFixture
  readonly client: Client
  readonly errors: Queue<DcrfError>
}

/** A test with a client of `/ws/`, with two rows in `things`. */
function live(name: string, play: (scene: Scene) => Promise<void>): void {
  test(name, async ({ skip }) => {
    if (fixture.kind === "missing") return skip(fixture.reason)
    const things = [{ name: "apple" }, { name: "banana", counter: 2 }]
    await fixture.control("POST", "reset", { things })
    const errors = new Queue<DcrfError>()
    const client = connect(fixture.url("/ws/"), {
      websocket: { minReconnectionDelay: 20, maxReconnectionDelay: 100 },
      onError: errors.push,
    })
    try {
      await opened(client)
      await play({ server: fixture, client, errors })
    } finally {
      await client.close(false)
    }
  })
}

/** Recorded to show what goes wrong when one socket has them; this client has tests of its own below. */
const OWN = ["DCRF bug: one unsubscribe silences its twin", "one request_id for two rows"]

describe("recorded frames", () => {
  const cases = [...recorded].filter(([name]) => !OWN.includes(name))
  test.for(cases)("%s", async ([, steps], { skip }) => {
    if (fixture.kind === "missing") return skip(fixture.reason)
    await fixture.control("POST", "reset", steps[0]?.seed)
    const replay = new Replay(fixture, steps[0]?.path ?? "")
    try {
      await replay.open()
      for (const step of steps) await check(replay, step, fixture)
    } finally {
      await replay.close()
    }
  })
})

async function check(replay: Replay, step: Step, server: RunningFixture): Promise<void> {
  replay.send(step)
  if (step.http) {
    const [method, path, body] = step.http
    await server.control(method, path.replace("/control/", ""), body)
  }
  if (step.send) {
    const asked = messageOf(step.send)
    const sent = await replay.sent.nextWhere((message) => isAbout(messageOf(message), asked))
    expect(messageOf(sent)).toMatchObject(asked)
  }
  const expected = step.recv.map(heardOf)
  const heard: Heard[] = []
  while (heard.length < expected.length) heard.push(await replay.heard.next())
  const texts = (list: readonly Heard[]) => list.map((each) => JSON.stringify(each)).sort()
  expect(texts(heard)).toEqual(texts(expected))
  if (step.closed !== undefined) expect(await replay.codes.next()).toBe(step.closed)
}

live(
  "a request that crashes the consumer is rejected, and the others of its socket",
  async (scene) => {
    const { client } = scene
    const [crash, other] = await Promise.all([
      rejection(client.request("things", { action: "fail", how: "crash" })),
      rejection(client.request("things", { action: "slow", ms: 5000 })),
    ])
    expect(crash).toMatchObject({ kind: "connection", code: 1011, action: "fail" })
    expect(other).toMatchObject({ kind: "connection", code: 1011, action: "slow" })
    expect(await client.retrieve("things", 1)).toMatchObject({ name: "apple" })
  },
)

live("a quiet change during a cut is told after the reconnect", async ({ server, client }) => {
  const events = new Queue<unknown>()
  await client.subscribe("things", 1, (data, action) => events.push([action, data]))
  await client.subscribe("documents", "11111111-2222-3333-4444-555555555555").catch(() => {})
  await server.control("POST", "refuse", { ms: 200 })
  await server.control("POST", "cut", { abort: true })
  await reached(client, "reconnecting")
  await server.control("POST", "quiet-update", { counter: 50 })
  expect(await events.next()).toEqual(["update", { pk: 1, name: "apple", counter: 50 }])
  await server.control("PATCH", "things/1", { counter: 51 })
  expect(await events.next()).toEqual(["update", { pk: 1, name: "apple", counter: 51 }])
  expect(await client.unsubscribeAll()).toBe(1)
})

live("a row deleted during a cut is told as deleted", async ({ server, client }) => {
  const events = new Queue<unknown>()
  await client.subscribe("things", [1, 2], (data, action) => events.push([action, data]))
  await server.control("POST", "refuse", { ms: 200 })
  await server.control("POST", "cut")
  await reached(client, "reconnecting")
  await server.control("DELETE", "things/2")
  const told = [await events.next(), await events.next()]
  expect(told).toContainEqual(["delete", { pk: 2 }])
  expect(told).toContainEqual(["update", { pk: 1, name: "apple", counter: 0 }])
})

live("of two request ids of a row, the other is repaired when one is left", async (scene) => {
  const { server, client } = scene
  const events = new Queue<Untyped>()
  const one = client.subscribe("things", 1, () => {}, "s1")
  await client.subscribe("things", 1, events.push, { requestId: "s2", refetch: false })
  await one
  // The server's bug needs one event first.
  await server.control("PATCH", "things/1", { counter: 1 })
  expect(await events.next()).toMatchObject({ counter: 1 })
  expect(await one.cancel()).toBe(true)
  await client.list("things")
  await server.control("PATCH", "things/1", { counter: 2 })
  expect(await events.next()).toMatchObject({ counter: 2 })
})

live("one request id for two rows is refused", async ({ client }) => {
  await client.subscribe("things", 1, () => {}, "s")
  expect(await rejection(client.subscribe("things", 2, () => {}, "s"))).toMatchObject({
    kind: "usage",
  })
})

live("a burst arrives whole and in order", async ({ server, client }) => {
  const counters: number[] = []
  const all = new Promise<void>((resolve) => {
    void client.subscribe("things", 1, ({ counter }) => {
      counters.push(counter)
      if (counters.length === 300) resolve()
    })
  })
  await client.list("things")
  await server.control("POST", "burst", { pk: 1, n: 300 })
  await withDeadline("the last of the burst", all)
  // The server reads the row when it sends: under load an event has what a later one brings.
  expect(counters.at(-1)).toBe(300)
  expect(counters).toEqual([...counters].sort((a, b) => a - b))
})

live("a mute server: requests end by their timeout, close() resolves", async (scene) => {
  const { server, client } = scene
  await client.subscribe("things", 1)
  await server.control("POST", "mute", { on: true })
  expect(await rejection(client.list("things", {}, { timeout: 50 }))).toMatchObject({
    kind: "timeout",
  })
  await withDeadline("the close", client.close())
  await server.control("POST", "mute", { on: false })
})

live("a socket that is turned away is told, and tried again", async ({ server }) => {
  const errors = new Queue<DcrfError>()
  const banned = connect(server.url("/ws/things/?role=banned"), {
    websocket: { minReconnectionDelay: 10, maxRetries: 2 },
    onError: errors.push,
  })
  const waiting = rejection(banned.list("things"))
  await reached(banned, "closed")
  expect(await errors.next()).toMatchObject({ kind: "connection" })
  expect(await waiting).toMatchObject({ kind: "closed" })
})

live("rows whose key is `id` say so in delete events too", async ({ server }) => {
  const client = connect(server.url("/ws/things_with_id/"), { multiplexed: false, pkField: "id" })
  const events = new Queue<unknown>()
  await client.subscribe("", 1, (data, action) => events.push([action, data]))
  await server.control("PATCH", "things/1", { counter: 3 })
  expect(await events.next()).toEqual(["update", { id: 1, name: "apple", counter: 3 }])
  await server.control("DELETE", "things/1")
  expect(await events.next()).toEqual(["delete", { id: 1 }])
  await client.close()
})

live("pages come one after the other, those that the server streams too", async (scene) => {
  const { server, client } = scene
  await server.control("POST", "reset", {
    things: Array.from({ length: 8 }, (_, index) => ({ name: `t${index}` })),
  })
  const names: string[] = []
  for await (const { results } of client.list("paged", { limit: 5 })) {
    names.push(...results.map(({ name }: { name: string }) => name))
  }
  const pages = client.streamingRequest(
    "streamed",
    { action: "list" },
    { until: ({ count, limit, offset }) => offset >= count - limit },
  )
  for await (const { results } of pages) names.push(...results.map(({ name }: Untyped) => name))
  const all = Array.from({ length: 8 }, (_, index) => `t${index}`)
  expect(names).toEqual([...all, ...all])
})

live("a stream cut by a reconnect ends with an error, or resumes", async ({ server, client }) => {
  const numbers: number[] = []
  const count = (from: number) => ({ action: "count_up", to: 8 - from, ms: 20 })
  const stream = client.streamingRequest<{ n: number }>("things", count(0), {
    until: ({ n }) => n === 4,
    resume: () => count(4),
  })
  const ending = client.streamingRequest("things", count(0))
  const ended = rejection(
    (async () => {
      for await (const _ of ending);
    })(),
  )
  let cut: Promise<unknown> | undefined
  for await (const { n } of stream) {
    numbers.push(n)
    if (n === 2) cut ??= server.control("POST", "cut", { code: 4000 })
  }
  await cut
  expect(numbers.at(-1)).toBe(4)
  expect(await ended).toMatchObject({ kind: "connection", action: "count_up" })
})

/** Repairing what the server forgets, the client also sends what was not recorded. */
function isAbout({ payload: sent }: Untyped, { payload: asked }: Untyped): boolean {
  return sent.action === asked.action && sent.request_id === asked.request_id
}
