import { expect, onTestFinished, test, vi } from "vitest"
import { Queue } from "../../../test/queue.js"
import { type ClientOptions, connect, type DcrfError } from "../src/index.js"
import { FakePeer } from "./fake-peer.js"
import { opened, reached, rejection } from "./scene.js"

const apple = { pk: 1, name: "apple", counter: 0 }

async function scene(options: ClientOptions = {}) {
  const peer = new FakePeer(apple)
  const errors: DcrfError[] = []
  const onError = (error: DcrfError) => errors.push(error)
  const client = connect("ws://peer", { ...peer.options, onError, ...options })
  await opened(client)
  return { peer, client, errors }
}

/** Closes the socket when it is asked for this, as an exception in the server's code does: after what it has sent. */
function crashOn(peer: FakePeer, asked: string): void {
  peer.answer = ({ payload }) => {
    if (payload.action !== asked) return undefined
    setImmediate(() => peer.cut(1011))
    return []
  }
}

test("a request that is sent again is given up when the server has crashed twice over it", async () => {
  const { peer, client } = await scene({ retry: true })
  crashOn(peer, "list")
  const list = rejection(client.list("things"))
  const retrieved = client.retrieve("things", 1)
  expect(await list).toMatchObject({ kind: "connection", code: 1011, action: "list" })
  expect(await retrieved).toEqual(apple)
  expect(peer.count("list")).toBe(2)
  await client.close()
})

test("a subscription is given up when the server has crashed twice over it, and no other one", async () => {
  const { peer, client, errors } = await scene()
  await client.subscribe("things", 1)
  crashOn(peer, "join")
  const room = client.subscribe("things", { room: 1 }, () => {}, { subscribeAction: "join" })
  expect(await rejection(room)).toMatchObject({ kind: "connection", code: 1011 })
  await opened(client)
  expect(await client.retrieve("things", 1)).toEqual(apple)
  expect(peer.count("join")).toBe(2)
  expect(errors).toEqual([])
  expect(await client.unsubscribeAll()).toBe(1)
  await client.close()
})

test("a subscription that was answered too late is taken back", async () => {
  const { peer, client } = await scene()
  peer.answer = ({ payload }) => (payload.action === "subscribe_instance" ? [] : undefined)
  const late = client.subscribe("things", 1, () => {}, { timeout: 10 })
  expect(await rejection(late)).toMatchObject({ kind: "timeout" })
  const { payload } = await peer.next("unsubscribe_instance")
  expect(payload).toMatchObject({ request_id: late.id, pk: 1 })
  await client.close()
})

test("a subscription that the socket took with it keeps its timeout", async () => {
  const { peer, client } = await scene()
  peer.isMute = true
  const pending = rejection(client.subscribe("things", 1, () => {}, { timeout: 50 }))
  await peer.next("subscribe_instance")
  peer.refuses = true
  peer.cut()
  expect(await pending).toMatchObject({ kind: "timeout" })
  await client.close()
})

test("a subscription that the socket took with it ends with the client", async () => {
  const { peer, client } = await scene()
  peer.isMute = true
  const pending = rejection(client.subscribe("things", 1))
  await peer.next("subscribe_instance")
  peer.refuses = true
  peer.cut()
  await reached(client, "reconnecting")
  await client.close(false)
  expect(await pending).toMatchObject({ kind: "closed" })
})

test("a request that is to be sent again has all its time once it is", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  onTestFinished(() => void vi.useRealTimers())
  const peer = new FakePeer(apple)
  const websocket = { ...peer.options.websocket, minReconnectionDelay: 5_000 }
  const client = connect("ws://peer", { websocket: { ...websocket, maxReconnectionDelay: 5_000 } })
  await Promise.all([opened(client), vi.advanceTimersByTimeAsync(0)])
  peer.isMute = true
  const list = client.list("things", {}, { retry: true })
  await peer.next("list")
  await vi.advanceTimersByTimeAsync(40_000)
  peer.cut()
  await Promise.all([peer.next("list"), vi.advanceTimersByTimeAsync(5_000)])
  await vi.advanceTimersByTimeAsync(40_000)
  const { payload } = peer.messages.at(-1) ?? {}
  peer.send({ action: "list", data: [], response_status: 200, request_id: payload?.request_id })
  expect(await list).toEqual([])
  await client.close()
})

test("a token that can't be had for the last attempt, or an address that can't be read, closes", async () => {
  const peer = new FakePeer(apple)
  const websocket = { ...peer.options.websocket, maxRetries: 1 }
  const noToken = async () => {
    throw new Error("No token today")
  }
  const closed = [
    connect("ws://peer", { websocket, protocols: noToken }),
    connect(noToken, { websocket }),
    connect("no address", { websocket }),
  ].map((client) => rejection(client.list("things")))
  expect(await Promise.all(closed)).toMatchObject([
    { kind: "closed", message: expect.stringContaining("No token today") },
    { kind: "closed", message: expect.stringContaining("No token today") },
    { kind: "closed", message: expect.stringContaining("malformed") },
  ])
})

test("an address or sub-protocol that can't be read is in no error", async () => {
  const errors = new Queue<DcrfError>()
  const options = { onError: errors.push }
  const clients = [
    connect("no address?token=s3cret", options),
    connect("ws://127.0.0.1/", { ...options, protocols: ["token", "s3cret=="] }),
  ]
  for (const _ of clients) {
    const { message, cause, kind } = await errors.next()
    expect(kind).toBe("connection")
    expect(`${message} ${cause}`).not.toContain("s3cret")
  }
  await Promise.all(clients.map((client) => client.close()))
})

test("who opens a client right after closing it has it open", async () => {
  const { client } = await scene()
  await client.subscribe("things", 1)
  const closing = client.close()
  client.initialize()
  await closing
  await opened(client)
  expect(await client.retrieve("things", 1)).toEqual(apple)
  await client.close()
})

test("an event that is an error says of what", async () => {
  const { peer, client, errors } = await scene()
  const row = client.subscribe("things", 1)
  await row
  const error = { action: "update", data: null, errors: ["no"], response_status: 404 }
  peer.send({ ...error, request_id: row.id })
  peer.send({ ...error, request_id: null })
  await client.list("things")
  expect(errors.map(({ message }) => message)).toEqual([
    'things update 1: 404 ["no"]',
    'things update: 404 ["no"]',
  ])
  await client.close()
})

test("pages that don't say where they are end all the same", async () => {
  const { peer, client } = await scene()
  peer.answer = ({ payload: { request_id, offset = 0 } }) => {
    const results = [1, 2, 3, 4, 5].slice(Number(offset), Number(offset) + 2)
    const data = { count: 5, results }
    return [{ action: "list", response_status: 200, errors: [], data, request_id }]
  }
  const shown: unknown[] = []
  for await (const { results } of client.list("things", { limit: 2 })) shown.push(results)
  expect(shown).toEqual([[1, 2], [3, 4], [5]])
  expect(peer.messages.map(({ payload }) => payload.limit)).toEqual([2, 2, 2])
  await client.close()
})
