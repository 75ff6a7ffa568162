import { expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { connect, type DcrfError, StreamingRequestPromise } from "../src/index.js"
import { FakePeer, type Message } from "./fake-peer.js"
import { opened, rejection } from "./scene.js"

const apple = { pk: 1, name: "apple" }

/** A connected client of a peer that leaves streams to the test. */
async function scene(options: object = {}) {
  const peer = new FakePeer(apple)
  peer.answer = ({ payload }) => (payload.action === "count" ? [] : undefined)
  const errors = new Queue<DcrfError>()
  const client = connect("ws://peer", { ...peer.options, onError: errors.push, ...options })
  await opened(client)
  /** Answers a request with these numbers, then with an error where one is given. */
  const count = ({ payload: { request_id } }: Message, numbers: number[], status?: number) => {
    for (const n of numbers) peer.send({ request_id, response_status: 200, data: { n } })
    if (status) peer.send({ request_id, response_status: status, errors: ["no"], data: null })
  }
  return { peer, client, errors, count }
}

test("each answer reaches the callback, until cancel()", async () => {
  const { peer, client, count } = await scene()
  const heard: unknown[] = []
  const stream = client.streamingRequest("things", { action: "count" }, (error, data) =>
    heard.push([error, data]),
  )
  expect(stream).toBeInstanceOf(StreamingRequestPromise)
  expect(await stream).toBeUndefined()
  const message = await peer.next("count")
  expect(message.payload.request_id).toBe(stream.id)
  count(message, [1, 2])
  await client.list("things")
  expect(await stream.cancel()).toBe(true)
  expect(await stream.cancel()).toBe(false)
  count(message, [3])
  await client.list("things")
  expect(heard).toEqual([
    [null, { n: 1 }],
    [null, { n: 2 }],
  ])
  await client.close()
})

test("an error ends it: the callback gets it once, and nothing after it", async () => {
  const { peer, client, count } = await scene()
  const heard: unknown[] = []
  void client.streamingRequest("things", { action: "count" }, (error, data) =>
    heard.push(error?.status ?? data),
  )
  const message = await peer.next("count")
  count(message, [1], 400)
  count(message, [2])
  await client.list("things")
  expect(heard).toEqual([{ n: 1 }, 400])
  await client.close()
})

test("a loop gets each answer, and ends where `until` says so", async () => {
  const { peer, client, count } = await scene()
  const numbers: number[] = []
  void peer.next("count").then((message) => count(message, [1, 2, 3, 4]))
  const stream = client.streamingRequest<{ n: number }>(
    "things",
    { action: "count" },
    { until: ({ n }) => n === 3 },
  )
  for await (const { n } of stream) numbers.push(n)
  expect(numbers).toEqual([1, 2, 3])
  expect(await stream.cancel()).toBe(false)
  await client.close()
})

test("an error is thrown in the loop, after what came before it", async () => {
  const { peer, client, count } = await scene()
  const numbers: number[] = []
  void peer.next("count").then((message) => count(message, [1, 2], 400))
  const loop = async () => {
    for await (const { n } of client.streamingRequest("things", { action: "count" }))
      numbers.push(n)
  }
  expect(await rejection(loop())).toMatchObject({ kind: "answer", status: 400, action: "count" })
  expect(numbers).toEqual([1, 2])
  await client.close()
})

test("leaving the loop ends the request", async () => {
  const { peer, client, count } = await scene()
  void peer.next("count").then((message) => count(message, [1, 2]))
  const stream = client.streamingRequest("things", { action: "count" })
  for await (const { n } of stream) {
    expect(n).toBe(1)
    break
  }
  expect(await stream.cancel()).toBe(false)
  await client.close()
})

test("a signal ends it with its reason", async () => {
  const { peer, client, count } = await scene()
  const controller = new AbortController()
  const { signal } = controller
  const loop = async () => {
    for await (const { n } of client.streamingRequest("things", { action: "count" }, { signal })) {
      expect(n).toBe(1)
      controller.abort(new Error("enough"))
    }
  }
  void peer.next("count").then((message) => count(message, [1, 2]))
  expect(await rejection(loop())).toMatchObject({ message: "enough" })
  expect(
    await rejection(client.streamingRequest("things", { action: "count" }, { signal })),
  ).toMatchObject({ message: "enough" })
  expect(peer.count("count")).toBe(1)
  await client.close()
})

test("a timeout ends it, whatever has come till then", async () => {
  const { peer, client, count } = await scene()
  const stream = client.streamingRequest("things", { action: "count" }, { timeout: 50 })
  const heard: unknown[] = []
  const loop = (async () => {
    for await (const { n } of stream) heard.push(n)
  })()
  count(await peer.next("count"), [1, 2])
  expect(await rejection(loop)).toMatchObject({ kind: "timeout", action: "count" })
  expect(heard).toEqual([1, 2])
  await client.close()
})

test("one that is cut by a reconnect ends with an error", async () => {
  const { peer, client, errors, count } = await scene()
  const heard = new Queue<unknown>()
  void client.streamingRequest("things", { action: "count" }, (error, data) =>
    heard.push(error?.kind ?? data),
  )
  count(await peer.next("count"), [1])
  expect(await heard.next()).toEqual({ n: 1 })
  peer.cut()
  expect(await heard.next()).toBe("connection")
  await opened(client)
  // With nobody to tell.
  void client.streamingRequest("things", { action: "count" })
  await peer.next("count")
  peer.cut()
  expect(await errors.next()).toMatchObject({ kind: "connection", action: "count" })
  await client.close()
})

test("one that can resume is asked again from where it was", async () => {
  const { peer, client, count } = await scene()
  const numbers: number[] = []
  const feed = async () => {
    count(await peer.next("count"), [1, 2])
    await client.list("things")
    peer.cut()
    const again = await peer.next("count")
    expect(again.payload).toMatchObject({ from: 3 })
    count(again, [3, 4])
  }
  const fed = feed()
  const stream = client.streamingRequest<{ n: number }>(
    "things",
    { action: "count", from: 1 },
    {
      until: ({ n }) => n === 4,
      resume: (last) => ({ action: "count", from: (last?.n ?? 0) + 1 }),
    },
  )
  for await (const { n } of stream) numbers.push(n)
  await fed
  expect(numbers).toEqual([1, 2, 3, 4])
  await client.close()
})

test("what callback, until and resume throw is told to onError", async () => {
  const { peer, client, errors, count } = await scene()
  const fail = (what: string) => () => {
    throw new Error(what)
  }
  void client.streamingRequest("things", { action: "count" }, fail("callback"), {
    until: fail("until"),
    resume: fail("resume"),
  })
  count(await peer.next("count"), [1])
  expect(await errors.next()).toMatchObject({ cause: { message: "callback" } })
  expect(await errors.next()).toMatchObject({ cause: { message: "until" } })
  peer.cut()
  expect(await errors.next()).toMatchObject({ cause: { message: "resume" } })
  await client.close()
})

test("the pages of a list come one after the other", async () => {
  const { peer, client } = await scene()
  const rows = Array.from({ length: 7 }, (_, pk) => ({ pk }))
  peer.answer = ({ payload: { action, request_id, limit: wanted, offset: from } }) => {
    const [limit, offset] = [Math.min(Number(wanted), 3), Number(from ?? 0)]
    const results = rows.slice(offset, offset + limit)
    const data = { count: rows.length, results, limit, offset }
    return [{ action, request_id, response_status: 200, errors: [], data }]
  }
  const list = client.list("things", { limit: 50, letter: "a" })
  expect((await list).results.length).toBe(3)
  const pages: unknown[] = []
  for await (const page of list) pages.push(page.results.length)
  expect(pages).toEqual([3, 3, 1])
  expect(peer.messages.map(({ payload }) => [payload.offset, payload.data])).toEqual([
    [undefined, { limit: 50, letter: "a" }],
    [3, { limit: 3, letter: "a", offset: 3 }],
    [6, { limit: 3, letter: "a", offset: 6 }],
  ])
  await client.close()
})

test("a list without pages is one page, and one that is refused throws", async () => {
  const { peer, client } = await scene()
  const lists: unknown[] = []
  for await (const rows of client.list("things")) lists.push(rows)
  expect(lists).toEqual([[apple]])
  peer.answer = ({ payload: { request_id } }) => [{ request_id, response_status: 403, errors: [] }]
  const loop = async () => {
    for await (const rows of client.list("things")) lists.push(rows)
  }
  expect(await rejection(loop())).toMatchObject({ status: 403 })
  await client.close()
})

test("the events of a subscription can be looped over, across reconnects", async () => {
  const { peer, client } = await scene()
  const events: unknown[] = []
  const subscription = client.subscribe("things", 1)
  const loop = async () => {
    for await (const event of subscription) events.push(event)
  }
  const looped = loop()
  await subscription
  peer.change(1, { name: "ape" })
  await client.list("things")
  peer.change(1, { name: "axe" }, true)
  peer.cut()
  await peer.next("retrieve")
  await client.list("things")
  peer.remove(1)
  await client.list("things")
  expect(await subscription.cancel()).toBe(true)
  await looped
  expect(events).toEqual([
    { action: "update", data: { pk: 1, name: "ape" } },
    { action: "update", data: { pk: 1, name: "axe" } },
    { action: "delete", data: { pk: 1 } },
  ])
  await client.close()
})

test("leaving that loop unsubscribes; a refusal is thrown there", async () => {
  const { peer, client } = await scene()
  const loop = async (pk: number) => {
    for await (const { action } of client.subscribe("things", pk)) return action
    return "ended"
  }
  const first = loop(1)
  await peer.next("subscribe_instance")
  await client.list("things")
  peer.change(1, { name: "ape" })
  expect(await first).toBe("update")
  expect(peer.count("unsubscribe_instance")).toBe(1)
  expect(await rejection(loop(99))).toMatchObject({ status: 404, pk: 99 })
  const closed = loop(1)
  await peer.next("subscribe_instance")
  await client.close()
  expect(await closed).toBe("ended")
})
