import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { connect, createClient, type DcrfError } from "../src/index.js"
import { FakePeer } from "./fake-peer.js"
import { opened, reached, rejection } from "./scene.js"

const apple = { pk: 1, name: "apple", counter: 0 }
const banana = { pk: 2, name: "banana", counter: 0 }

/** A connected client of a peer with two rows, and the events of what it subscribes to. */
async function scene(options: object = {}) {
  const peer = new FakePeer(apple, banana)
  const errors = new Queue<DcrfError>()
  const client = connect("ws://peer", { ...peer.options, onError: errors.push, ...options })
  await opened(client)
  const events = new Queue<unknown>()
  const hear = (data: unknown, action: string) => events.push([action, data])
  return { peer, client, errors, events, hear }
}

test("each event reaches the callback with its data and its action", async () => {
  const { peer, client, events, hear } = await scene()
  const subscription = client.subscribe("things", 1, hear)
  expect(await subscription).toBeNull()
  expect(subscription.id).toBe(peer.messages[0]?.payload.request_id)
  expect(peer.messages[0]?.payload).toMatchObject({ action: "subscribe_instance", pk: 1 })
  peer.change(1, { counter: 1 })
  peer.change(2, { counter: 9 })
  peer.remove(1)
  expect(await events.next()).toEqual(["update", { ...apple, counter: 1 }])
  expect(await events.next()).toEqual(["delete", { pk: 1 }])
  await client.close()
})

test("cancel() is true, then false, and the server is told once", async () => {
  const { peer, client, events, hear } = await scene()
  const subscription = client.subscribe("things", 1, hear)
  await subscription
  expect(await subscription.cancel()).toBe(true)
  expect(await subscription.cancel()).toBe(false)
  expect(peer.count("unsubscribe_instance")).toBe(1)
  expect(peer.messages[1]?.payload).toEqual({
    action: "unsubscribe_instance",
    request_id: subscription.id,
    pk: 1,
  })
  // The server may still have sent one.
  peer.send({ action: "update", data: apple, request_id: subscription.id })
  await client.retrieve("things", 1)
  expect(events.rest).toEqual([])
  await client.close()
})

test("cancel() resolves after the row is gone, and outlives then()", async () => {
  const { peer, client, events, hear } = await scene()
  const later = client.subscribe("things", 1, hear).then(() => "subscribed")
  expect(await later).toBe("subscribed")
  peer.remove(1)
  await events.next()
  expect(await later.catch(() => {}).cancel()).toBe(true)
  await client.close()
})

test("cancel() resolves when the server never answers", async () => {
  const { peer, client, hear } = await scene()
  const subscription = client.subscribe("things", 1, hear)
  await subscription
  peer.isMute = true
  const canceled = subscription.cancel()
  await peer.next("unsubscribe_instance")
  peer.cut()
  expect(await canceled).toBe(true)
  await client.close()
})

test("a refused subscription rejects, and is not tried again", async () => {
  const { peer, client, hear } = await scene()
  expect(await rejection(client.subscribe("things", 99, hear))).toMatchObject({
    status: 404,
    action: "subscribe_instance",
    pk: 99,
  })
  peer.cut()
  await reached(client, "reconnecting")
  await opened(client)
  await client.list("things")
  expect(peer.count("subscribe_instance")).toBe(1)
  expect(await client.unsubscribeAll()).toBe(0)
  await client.close()
})

test("all who subscribe to the same share one subscription on the wire", async () => {
  const { peer, client } = await scene()
  const heard: string[] = []
  const all = ["a", "b", "c"].map((name) => client.subscribe("things", 1, () => heard.push(name)))
  await Promise.all(all)
  expect(peer.count("subscribe_instance")).toBe(1)
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  peer.change(1, { counter: 1 })
  await client.list("things")
  expect(heard).toEqual(["a", "b", "c"])
  await all[0]?.cancel()
  await all[1]?.cancel()
  expect(peer.count("unsubscribe_instance")).toBe(0)
  peer.change(1, { counter: 2 })
  await client.list("things")
  expect(heard).toEqual(["a", "b", "c", "c"])
  await all[2]?.cancel()
  expect(peer.count("unsubscribe_instance")).toBe(1)
  await client.close()
})

test("unsubscribing one request id of a row repairs the others", async () => {
  const { peer, client, events, hear } = await scene()
  const first = client.subscribe("things", 1, () => {}, "one")
  await client.subscribe("things", 1, hear, "two")
  // As the server does: it forgets them all.
  peer.answer = ({ payload: { action, request_id } }) => {
    if (action !== "unsubscribe_instance") return undefined
    peer.socket.subscriptions.clear()
    return [{ action, request_id, response_status: 204, errors: [], data: null }]
  }
  expect(await first.cancel()).toBe(true)
  await peer.next("retrieve")
  peer.change(1, { counter: 5 })
  expect(await events.nextWhere((event) => JSON.stringify(event).includes("5"))).toEqual([
    "update",
    { ...apple, counter: 5 },
  ])
  await client.close()
})

test("several rows are subscribed at once, or none of them", async () => {
  const { peer, client, events, hear } = await scene()
  const both = client.subscribe("things", [1, 2], hear)
  await both
  peer.change(2, { counter: 1 })
  peer.change(1, { counter: 2 })
  expect(await events.next()).toEqual(["update", { ...banana, counter: 1 }])
  expect(await events.next()).toEqual(["update", { ...apple, counter: 2 }])
  expect(await both.cancel()).toBe(true)
  expect(peer.socket.subscriptions.size).toBe(0)
  expect(await rejection(client.subscribe("things", [1, 99], hear))).toMatchObject({ pk: 99 })
  await peer.next("unsubscribe_instance")
  await client.list("things")
  expect(peer.socket.subscriptions.size).toBe(0)
  await client.close()
})

test("unsubscribeAll() ends all, exactly, and says how many", async () => {
  const { peer, client, events, hear } = await scene()
  for (let pk = 10; pk < 22; pk++) peer.change(pk, { name: `t${pk}` })
  const all = Array.from({ length: 12 }, (_, index) => client.subscribe("things", 10 + index, hear))
  await Promise.all(all)
  expect(await client.unsubscribeAll()).toBe(12)
  expect(peer.socket.subscriptions.size).toBe(0)
  expect(peer.count("unsubscribe_instance")).toBe(12)
  for (const { id } of all) peer.send({ action: "update", data: {}, request_id: id })
  await client.list("things")
  expect(events.rest).toEqual([])
  expect(await all[0]?.cancel()).toBe(false)
  await client.close()
})

describe("after a reconnect", () => {
  test("each is subscribed once, through the hooks, and what was missed is told", async () => {
    let token = 0
    const { peer, client, events, hear } = await scene({
      preprocessPayload: (_: string, payload: object) => ({ ...payload, token: ++token }),
    })
    await Promise.all([
      client.subscribe("things", 1, hear),
      client.subscribe("things", 1, () => {}),
      client.subscribe("things", 2, hear),
    ])
    peer.change(2, { counter: 1 })
    expect(await events.next()).toEqual(["update", { ...banana, counter: 1 }])
    const before = peer.messages.length
    peer.change(1, { counter: 50 }, true)
    peer.cut()
    expect(await events.next()).toEqual(["update", { ...apple, counter: 50 }])
    await client.list("things")
    // Row 2 is as it was told last.
    expect(events.rest).toEqual([])
    const sent = peer.messages.slice(before).map(({ payload }) => payload)
    expect(sent.map(({ action, pk }) => [action, pk])).toEqual([
      ["subscribe_instance", 1],
      ["subscribe_instance", 2],
      ["retrieve", 1],
      ["retrieve", 2],
      ["list", undefined],
    ])
    expect(sent.map((payload) => payload.token)).toEqual([3, 4, 5, 6, 7])
    await client.close()
  })

  test("a row that is gone is told as deleted, once, and forgotten", async () => {
    const { peer, client, events, hear } = await scene({ pkField: "id" })
    const subscription = client.subscribe("things", 1, hear)
    await subscription
    peer.remove(1, true)
    peer.cut()
    expect(await events.next()).toEqual(["delete", { id: 1 }])
    peer.cut()
    await reached(client, "reconnecting")
    await opened(client)
    await client.list("things")
    expect(peer.count("subscribe_instance")).toBe(2)
    expect(await subscription.cancel()).toBe(false)
    await client.close()
  })

  test("a deletion that was told before is not told again", async () => {
    const { peer, client, events, hear } = await scene()
    await client.subscribe("things", 1, hear)
    peer.remove(1)
    await events.next()
    peer.cut()
    await peer.next("subscribe_instance")
    await peer.next("subscribe_instance")
    await opened(client)
    await client.list("things")
    expect(events.rest).toEqual([])
    await client.close()
  })

  test("one that is refused for another reason is told as an error, and forgotten", async () => {
    const { peer, client, errors, hear } = await scene()
    await client.subscribe("things", 1, hear)
    peer.answer = ({ payload: { action, request_id } }) =>
      action === "subscribe_instance"
        ? [{ action, request_id, response_status: 403, errors: ["no"], data: null }]
        : undefined
    peer.cut()
    expect(await errors.next()).toMatchObject({ status: 403, action: "subscribe_instance", pk: 1 })
    expect(await client.unsubscribeAll()).toBe(0)
    await client.close()
  })

  test("rows are fetched another way, or not at all, where the application says so", async () => {
    const { peer, client, events, hear } = await scene()
    peer.answer = ({ payload: { action, request_id } }) =>
      action === "follow"
        ? [{ action, request_id, response_status: 201, errors: [], data: null }]
        : undefined
    await client.subscribe("things", { letter: "a" }, hear, {
      subscribeAction: "follow",
      refetch: () => client.list("things"),
    })
    await client.subscribe("things", 2, hear, { refetch: false })
    peer.change(2, { counter: 3 }, true)
    peer.cut()
    expect(await events.next()).toEqual(["update", apple])
    expect(await events.next()).toEqual(["update", { ...banana, counter: 3 }])
    await client.list("things")
    expect(events.rest).toEqual([])
    expect(peer.count("retrieve")).toBe(0)
    await client.close()
  })

  test("an event that comes before the fetched row is not taken back by it", async () => {
    const { peer, client, events, hear } = await scene()
    await client.subscribe("things", 1, hear)
    peer.answer = ({ payload: { action, request_id } }) => {
      if (action !== "retrieve") return undefined
      peer.change(1, { counter: 2 })
      return [{ action, request_id, response_status: 200, errors: [], data: apple }]
    }
    peer.cut()
    expect(await events.next()).toEqual(["update", { ...apple, counter: 2 }])
    await client.list("things")
    expect(events.rest).toEqual([])
    await client.close()
  })

  test("a change that is fetched and comes as an event too is told once", async () => {
    const { peer, client, events, hear } = await scene()
    await client.subscribe("things", 1, hear)
    peer.change(1, { counter: 7 }, true)
    peer.cut()
    expect(await events.next()).toEqual(["update", { ...apple, counter: 7 }])
    peer.change(1, { counter: 7 })
    peer.change(1, { counter: 8 })
    expect(await events.next()).toEqual(["update", { ...apple, counter: 8 }])
    await client.close()
  })
})

test("what is subscribed while offline is sent once", async () => {
  const peer = new FakePeer(apple)
  const client = createClient("ws://peer", peer.options)
  const events = new Queue<unknown>()
  const kept = client.subscribe("things", 1, events.push)
  const dropped = client.subscribe("things", 2, events.push)
  expect(await dropped.cancel()).toBe(true)
  client.initialize()
  await kept
  peer.change(1, { counter: 1 })
  await events.next()
  expect(peer.messages.map(({ payload }) => payload.action)).toEqual(["subscribe_instance"])
  await client.close()
})

test("a signal cancels, and rejects what is not subscribed yet", async () => {
  const { peer, client, hear } = await scene()
  const controller = new AbortController()
  const { signal } = controller
  await client.subscribe("things", 1, hear, { signal })
  peer.isMute = true
  const pending = rejection(client.subscribe("things", 2, hear, { signal }))
  controller.abort(new Error("unmounted"))
  expect(await pending).toMatchObject({ message: "unmounted" })
  expect(await rejection(client.subscribe("things", 1, hear, { signal }))).toMatchObject({
    message: "unmounted",
  })
  expect(await client.unsubscribeAll()).toBe(0)
  await client.close()
})

test("a callback that throws is told to onError, and starves no other", async () => {
  const { peer, client, errors, events, hear } = await scene()
  await client.subscribe("things", 1, () => {
    throw new Error("mine")
  })
  await client.subscribe("things", 1, async () => {
    throw new Error("mine, later")
  })
  await client.subscribe("things", 1, hear)
  peer.change(1, { counter: 1 })
  expect(await events.next()).toEqual(["update", { ...apple, counter: 1 }])
  expect(await errors.next()).toMatchObject({ kind: "handler", cause: { message: "mine" } })
  expect(await errors.next()).toMatchObject({ kind: "handler", cause: { message: "mine, later" } })
  await client.close()
})

test("an event that is an error goes to onError, not to the callback", async () => {
  const { peer, client, errors, events, hear } = await scene()
  const own = new Queue<DcrfError>()
  const { id } = client.subscribe("things", 1, hear)
  await client.subscribe("things", 1, hear, { onError: own.push })
  const gone = { action: "update", data: null, errors: ["Not found"], response_status: 404 }
  peer.send({ ...gone, request_id: id })
  expect(await errors.next()).toMatchObject({ kind: "event", status: 404, action: "update", pk: 1 })
  expect(await own.next()).toMatchObject({ kind: "event", status: 404 })
  peer.send({ ...gone, response_status: 403, request_id: null })
  expect(await errors.next()).toMatchObject({ kind: "event", status: 403, request_id: null })
  expect(events.rest).toEqual([])
  await client.close()
})

test("every action is delivered, free-form events too; creations where asked for", async () => {
  const { peer, client, events, hear } = await scene()
  const { id } = client.subscribe("things", 1, hear)
  await client.subscribe("things", 1, (data, action) => events.push(["with", action, data]), {
    includeCreateEvents: true,
  })
  peer.send({ action: "room_message", data: { text: "hi" }, response_status: 200, request_id: id })
  peer.send({ action: "create", data: { pk: 3 }, response_status: 200, request_id: id })
  peer.send({ body: { pk: 1 }, action: "update", request_id: id })
  peer.send({ action: "delete", request_id: id })
  expect(await events.next()).toEqual(["room_message", { text: "hi" }])
  expect(await events.next()).toEqual(["with", "room_message", { text: "hi" }])
  expect(await events.next()).toEqual(["with", "create", { pk: 3 }])
  expect(await events.next()).toEqual(["update", { pk: 1 }])
  expect(await events.next()).toEqual(["with", "update", { pk: 1 }])
  expect(await events.next()).toMatchObject(["delete", { action: "delete" }])
  await client.close()
})

test.each([
  [{ pkField: "id" }, { id: 1 }],
  [{ pkField: "id", ensurePkFieldInDeleteEvents: false }, { pk: 1 }],
  [{}, { pk: 1 }],
])("the data of a delete event with %o are %o", async (options, data) => {
  const { peer, client, events, hear } = await scene(options)
  await client.subscribe("things", 1, hear)
  peer.remove(1)
  expect(await events.next()).toEqual(["delete", data])
  await client.close()
})

test("custom actions have arguments of their own, a key by the name of pkField", async () => {
  const { peer, client, hear } = await scene({ pkField: "id" })
  peer.answer = ({ payload: { action, request_id } }) => [
    { action, request_id, response_status: 200, errors: [], data: null },
  ]
  const actions = { subscribeAction: "join", unsubscribeAction: "leave" }
  const room = client.subscribe("rooms", { room: "lobby" }, hear, {
    ...actions,
    unsubscribeArgs: { room: "lobby", quietly: true },
  })
  await room
  await room.cancel()
  await client.subscribe("rooms", 5, hear, actions)
  expect(peer.messages.map(({ payload: { request_id, ...rest } }) => rest)).toEqual([
    { action: "join", room: "lobby" },
    { action: "leave", room: "lobby", quietly: true },
    { action: "join", id: 5 },
  ])
  await client.close()
})

test("resubscribe() subscribes anew and fetches", async () => {
  const { peer, client, events, hear } = await scene()
  await client.subscribe("things", 1, hear)
  peer.change(1, { counter: 4 }, true)
  client.resubscribe()
  expect(await events.next()).toEqual(["update", { ...apple, counter: 4 }])
  await client.close()
})

test("an event between the answer and the next turn is not lost", async () => {
  const { peer, client, events, hear } = await scene()
  peer.isMute = true
  const subscription = client.subscribe("rooms", { room: 1 }, hear, { subscribeAction: "join" })
  const { payload } = await peer.next("join")
  const { request_id } = payload
  for (const frame of [
    { action: "join", response_status: 201, data: null, request_id },
    { action: "room_message", response_status: 200, data: "first", request_id },
  ]) {
    peer.socket.dispatchEvent(
      new MessageEvent("message", { data: JSON.stringify({ stream: "rooms", payload: frame }) }),
    )
  }
  await subscription
  expect(events.rest).toEqual([["room_message", "first"]])
  await client.close(false)
})
