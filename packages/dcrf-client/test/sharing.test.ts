import { expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { withDeadline } from "../../../test/with-deadline.js"
import { connect } from "../src/index.js"
import { FakePeer } from "./fake-peer.js"
import { opened, reached, rejection } from "./scene.js"

const apple = { pk: 1, name: "apple", counter: 0 }
const banana = { pk: 2, name: "banana", counter: 0 }

async function scene() {
  const peer = new FakePeer(apple, banana)
  const client = connect("ws://peer", peer.options)
  await opened(client)
  const heard: [unknown, string][] = []
  const hear = (data: unknown, action: string) => void heard.push([data, action])
  const reconnect = async () => {
    peer.cut()
    await reached(client, "reconnecting")
    await opened(client)
  }
  return { peer, client, heard, hear, reconnect }
}

/** How many listeners a signal has. */
function listenersOf(signal: AbortSignal): () => number {
  let count = 0
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count++
    addEventListener.apply(signal, args)
  }
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count--
    removeEventListener.apply(signal, args)
  }
  return () => count
}

test("of those who share a subscription each is told what itself has fetched", async () => {
  const { peer, client, reconnect } = await scene()
  const heard: Record<string, unknown[]> = { none: [], usual: [], own: [] }
  const hear = (name: string) => (data: unknown) => heard[name]?.push(data)
  await client.subscribe("things", 1, hear("none"), { refetch: false })
  await client.subscribe("things", 1, hear("usual"))
  await client.subscribe("things", 1, hear("own"), { refetch: async () => ({ pk: 1, own: true }) })
  expect(peer.count("subscribe_instance")).toBe(1)
  peer.change(1, { counter: 5 }, true)
  await reconnect()
  await client.list("things")
  await client.list("things")
  const changed = { ...apple, counter: 5 }
  expect(heard).toEqual({ none: [], usual: [changed], own: [{ pk: 1, own: true }] })
  expect(peer.count("retrieve")).toBe(1)
  await client.close()
})

test("who cancels before the server has agreed is settled, whatever becomes of the others", async () => {
  const { peer, client, hear } = await scene()
  peer.answer = ({ payload }) => (payload.action === "subscribe_instance" ? [] : undefined)
  const [one, other] = [client.subscribe("things", 1, hear), client.subscribe("things", 1, hear)]
  expect(await one.cancel()).toBe(true)
  expect(await withDeadline("the end of the first", one)).toBeNull()
  const refused = rejection(other)
  const { payload } = await peer.next("subscribe_instance")
  const { action, request_id } = payload
  peer.send({ action, request_id, response_status: 403, errors: ["no"], data: null })
  expect(await refused).toMatchObject({ status: 403 })
  await client.close()
})

test("a subscription that is renewed before it is answered tells no answer as an event", async () => {
  const { peer, client, heard, hear } = await scene()
  const one = client.subscribe("things", 1, () => {}, "one")
  await one
  const other = client.subscribe("things", 1, hear, "other")
  await Promise.all([one.cancel(), other])
  client.resubscribe()
  client.resubscribe()
  await client.list("things")
  await client.list("things")
  expect(peer.count("subscribe_instance")).toBeGreaterThan(3)
  expect(heard.filter(([, action]) => action !== "update")).toEqual([])
  peer.change(1, { counter: 5 })
  await client.list("things")
  expect(heard.at(-1)).toEqual([{ ...apple, counter: 5 }, "update"])
  await client.close()
})

test("what a list has missed is told but for the rows of which an event has come", async () => {
  const { peer, client, heard, hear } = await scene()
  const done = { response_status: 201, errors: [], data: null }
  peer.answer = ({ payload: { action, request_id } }) =>
    action === "follow" ? [{ action, request_id, ...done }] : undefined
  const followed = client.subscribe("things", {}, hear, {
    subscribeAction: "follow",
    unsubscribeAction: "unfollow",
    refetch: async () => {
      const rows = await client.list("things")
      peer.send({ action: "update", data: { ...banana, counter: 9 }, request_id: followed.id })
      await client.retrieve("things", 1)
      return rows
    },
  })
  await followed
  peer.change(1, { counter: 7 })
  peer.cut()
  await reached(client, "reconnecting")
  await opened(client)
  await peer.next("retrieve")
  await client.list("things")
  expect(heard).toEqual([
    [{ ...banana, counter: 9 }, "update"],
    [{ ...apple, counter: 7 }, "update"],
  ])
  peer.answer = ({ payload: { action, request_id } }) => [{ action, request_id, ...done }]
  await client.close()
})

test("a signal is let go when its subscription has ended, whoever ended it", async () => {
  const { peer, client, hear, reconnect } = await scene()
  const { signal } = new AbortController()
  const count = listenersOf(signal)
  await client.subscribe("things", 1, hear, { signal })
  expect(count()).toBe(1)
  await client.unsubscribeAll()
  expect(count()).toBe(0)
  await client.subscribe("things", 2, hear, { signal })
  expect(count()).toBe(1)
  peer.remove(2, true)
  await reconnect()
  await client.list("things")
  expect(count()).toBe(0)
  await client.close()
})

test("a loop over several rows that an error ends lets all of them go", async () => {
  const { peer, client, reconnect } = await scene()
  const both = client.subscribe("things", [1, 2])
  await both
  const loop = rejection(
    (async () => {
      for await (const _ of both);
    })(),
  )
  peer.answer = ({ payload: { action, request_id, pk } }) =>
    action === "subscribe_instance" && pk === 1
      ? [{ action, request_id, response_status: 403, errors: ["no"], data: null }]
      : undefined
  await reconnect()
  expect(await loop).toMatchObject({ status: 403 })
  expect(await client.unsubscribeAll()).toBe(0)
  await client.close()
})

test("no rows at all are subscribed at once, and a loop over them ends", async () => {
  const { client } = await scene()
  const none = client.subscribe("things", [])
  expect(await none).toBeNull()
  const next = withDeadline("the end", none[Symbol.asyncIterator]().next())
  expect(await next).toEqual({ done: true, value: undefined })
  await client.close()
})

test("an iterator may be asked again before it has answered", async () => {
  const { peer, client } = await scene()
  const row = client.subscribe("things", 1)
  await row
  const events = row[Symbol.asyncIterator]()
  const two = [events.next(), events.next()]
  peer.change(1, { counter: 1 })
  peer.change(1, { counter: 2 })
  expect(await withDeadline("two events", Promise.all(two))).toMatchObject([
    { value: { data: { counter: 1 } } },
    { value: { data: { counter: 2 } } },
  ])
  const more = [events.next(), events.next()]
  await row.cancel()
  expect(await withDeadline("two ends", Promise.all(more))).toMatchObject([
    { done: true },
    { done: true },
  ])
  await client.close()
})

test("a deletion whose event is a bare value is told as it is", async () => {
  const { peer, client } = await scene()
  const events = new Queue<unknown>()
  peer.answer = ({ payload: { action, request_id } }) => [
    { action, request_id, response_status: 201, errors: [], data: null },
  ]
  const room = client.subscribe("things", { room: 1 }, events.push, { subscribeAction: "join" })
  await room
  peer.send({ action: "delete", body: 5, request_id: room.id })
  peer.send({ action: "delete", body: "five", request_id: room.id })
  expect([await events.next(), await events.next()]).toEqual([5, "five"])
  await client.close()
})
