import { expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { connect, createClient, type DcrfError } from "../src/index.js"
import { FakePeer } from "./fake-peer.js"
import { opened, rejection } from "./scene.js"

const apple = { pk: 1, name: "apple" }

test("each method sends the action of its name, and resolves with the data", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", peer.options)
  expect(await client.list("things")).toEqual([apple])
  expect(await client.retrieve("things", 1)).toEqual(apple)
  expect(await client.patch("things", 1, { name: "ape" })).toEqual({ pk: 1, name: "ape" })
  peer.answer = ({ payload: { action, request_id } }) => [
    { action, request_id, response_status: 200, errors: [], data: action },
  ]
  expect(await client.create("things", { name: "cherry" })).toBe("create")
  expect(await client.update("things", "a-b", { name: "x" }, { args: { token: "t" } })).toBe(
    "update",
  )
  expect(await client.delete("things", 1)).toBe("delete")
  expect(await client.request("things", { action: "echo", a: [1] }, "own")).toBe("echo")
  const sent = peer.messages.map(({ stream, payload: { request_id, ...payload } }) => {
    expect(stream).toBe("things")
    expect(request_id).toMatch(/^own$|^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/)
    return payload
  })
  expect(sent).toEqual([
    { action: "list", data: {} },
    { action: "retrieve", pk: 1, data: {} },
    { action: "patch", pk: 1, data: { name: "ape" } },
    { action: "create", data: { name: "cherry" } },
    { action: "update", pk: "a-b", data: { name: "x" }, token: "t" },
    { action: "delete", pk: 1, data: {} },
    { action: "echo", a: [1] },
  ])
  await client.close()
})

test("limit and offset of a list go where the server reads them", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", peer.options)
  await client.list("things", { limit: 2, offset: 4, other: 1 }, { args: { letter: "a" } })
  await client.list("things", { limit: null })
  expect(peer.messages.map(({ payload: { request_id, ...payload } }) => payload)).toEqual([
    { action: "list", data: { limit: 2, offset: 4, other: 1 }, limit: 2, offset: 4, letter: "a" },
    { action: "list", data: { limit: null } },
  ])
  await client.close()
})

test("a refusal is an error that says what was asked and what was answered", async () => {
  const peer = new FakePeer()
  const client = connect("ws://peer", peer.options)
  const error = await rejection(client.retrieve("things", 7, {}, "mine"))
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: "DcrfError",
    message: 'things retrieve 7: 404 ["Not found"]',
    kind: "answer",
    status: 404,
    stream: "things",
    action: "retrieve",
    pk: 7,
    // As the original rejects with.
    errors: ["Not found"],
    data: null,
    response_status: 404,
    request_id: "mine",
  })
  await client.close()
})

test("answers may come in any order", async () => {
  const peer = new FakePeer()
  peer.answer = () => []
  const client = connect("ws://peer", peer.options)
  const answers = [1, 2, 3].map((n) => client.request("things", { action: "slow", n }))
  const messages = [await peer.next("slow"), await peer.next("slow"), await peer.next("slow")]
  for (const { payload } of messages.reverse()) {
    peer.send({ request_id: payload.request_id, response_status: 200, data: payload.n })
  }
  expect(await Promise.all(answers)).toEqual([1, 2, 3])
  await client.close()
})

test("a request id is refused while it is in use, and free afterwards", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", peer.options)
  const first = client.retrieve("things", 1, {}, "same")
  const refused = await rejection(client.list("things", {}, { requestId: "same" }))
  expect(refused).toMatchObject({ kind: "usage", message: "The request id same is in use" })
  expect(await rejection(client.streamingRequest("things", {}, () => {}, "same"))).toMatchObject({
    kind: "usage",
  })
  expect(await first).toEqual(apple)
  expect(await client.list("things", {}, "same")).toEqual([apple])
  const subscription = client.subscribe("things", 1, () => {}, "same")
  await subscription
  expect(await rejection(client.list("things", {}, "same"))).toMatchObject({ kind: "usage" })
  expect(await rejection(client.subscribe("things", 2, () => {}, "same"))).toMatchObject({
    kind: "usage",
  })
  // Another stream is another matter.
  expect(await client.list("users", {}, "same")).toEqual([apple])
  await client.close()
})

test("requests made while offline wait, and are sent in their order", async () => {
  const peer = new FakePeer(apple)
  const client = createClient("ws://peer", peer.options)
  const answers = [
    client.list("things"),
    client.retrieve("things", 1),
    client.retrieve("things", 1),
  ]
  client.initialize()
  await Promise.all(answers)
  expect(peer.messages.map(({ payload }) => payload.action)).toEqual([
    "list",
    "retrieve",
    "retrieve",
  ])
  await client.close()
})

test("a request whose socket drops is rejected with the reason", async () => {
  const peer = new FakePeer(apple)
  peer.isMute = true
  const client = connect("ws://peer", peer.options)
  const lost = rejection(client.retrieve("things", 1))
  await peer.next("retrieve")
  peer.cut(1011)
  expect(await lost).toMatchObject({
    kind: "connection",
    status: 0,
    code: 1011,
    action: "retrieve",
    pk: 1,
    message: "things retrieve 1: the connection was lost: 1011",
  })
  await client.close()
})

test("a request declared safe is sent again, through the hooks, and no other", async () => {
  const peer = new FakePeer(apple)
  peer.isMute = true
  let token = 0
  const client = connect("ws://peer", {
    ...peer.options,
    retry: true,
    preprocessPayload: (_stream, payload) => ({ ...payload, token: ++token }),
  })
  const safe = client.retrieve("things", 1)
  const unsafe = rejection(client.create("things", {}, { retry: false }))
  await peer.next("create")
  peer.isMute = false
  peer.cut()
  expect(await safe).toEqual(apple)
  expect(await unsafe).toMatchObject({ kind: "connection" })
  const ids = peer.messages.map(({ payload }) => [payload.action, payload.token])
  expect(ids).toEqual([
    ["retrieve", 1],
    ["create", 2],
    ["retrieve", 3],
  ])
  await client.close()
})

test("what takes longer than its timeout is rejected, also while offline, and not sent then", async () => {
  const peer = new FakePeer(apple)
  peer.isMute = true
  const client = createClient("ws://peer", { ...peer.options, timeout: 20 })
  const offline = await rejection(client.retrieve("things", 1))
  expect(offline).toMatchObject({
    kind: "timeout",
    message: "things retrieve 1: no answer in 20 ms",
  })
  client.initialize()
  expect(await rejection(client.request("things", { action: "silent" }))).toMatchObject({
    kind: "timeout",
    action: "silent",
  })
  expect(peer.count("retrieve")).toBe(0)
  const patient = client.list("things", {}, { timeout: Number.POSITIVE_INFINITY })
  peer.answer = () => undefined
  const { payload } = await peer.next("list")
  peer.send({ request_id: payload.request_id, response_status: 200, data: [] })
  expect(await patient).toEqual([])
  await client.close()
})

test("a signal gives a request up, before it is sent and after", async () => {
  const peer = new FakePeer(apple)
  peer.isMute = true
  const client = createClient("ws://peer", peer.options)
  const early = new AbortController()
  const queued = rejection(client.retrieve("things", 1, {}, { signal: early.signal }))
  early.abort(new Error("left"))
  expect(await queued).toMatchObject({ message: "left" })
  expect(await rejection(client.list("things", {}, { signal: early.signal }))).toMatchObject({
    message: "left",
  })
  client.initialize()
  const late = new AbortController()
  const sent = rejection(client.request("things", { action: "slow" }, { signal: late.signal }))
  const { payload } = await peer.next("slow")
  late.abort()
  expect(await sent).toMatchObject({ name: "AbortError" })
  expect(peer.messages.length).toBe(1)
  // A late answer is nobody's.
  const events = new Queue<unknown>()
  client.onEvent(events.push)
  client.onError(events.push)
  peer.send({ request_id: payload.request_id, response_status: 200, data: 1 })
  peer.send({ request_id: null, response_status: 200, data: "asked by nobody" })
  expect(await events.next()).toMatchObject({ data: "asked by nobody" })
  await client.close()
})

test("a half-open socket: requests end by their timeout, and reconnect() gets a new one", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", peer.options)
  await opened(client)
  peer.isMute = true
  expect(await rejection(client.retrieve("things", 1, {}, { timeout: 10 }))).toMatchObject({
    kind: "timeout",
  })
  const lost = rejection(client.retrieve("things", 1))
  peer.isMute = false
  client.reconnect()
  expect(await lost).toMatchObject({ kind: "connection" })
  expect(await client.retrieve("things", 1)).toEqual(apple)
  expect(peer.sockets.map(({ readyState }) => readyState)).toEqual([3, 1])
  await client.close()
})

test("what a hook throws rejects the request that it was called for", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", {
    ...peer.options,
    preprocessPayload(_stream, payload) {
      if (payload.pk === 2) throw new Error("no token")
    },
  })
  await opened(client)
  expect(await rejection(client.retrieve("things", 2))).toMatchObject({ message: "no token" })
  expect(await rejection(client.subscribe("things", 2))).toMatchObject({ message: "no token" })
  expect(await rejection(client.streamingRequest("things", { pk: 2 }))).toMatchObject({
    message: "no token",
  })
  expect(await client.retrieve("things", 1)).toEqual(apple)
  await client.close()
})

test("malformed frames are told to onError, and the next ones are read", async () => {
  const peer = new FakePeer(apple)
  const errors = new Queue<DcrfError>()
  const client = connect("ws://peer", { ...peer.options, onError: errors.push })
  await opened(client)
  for (const frame of ["{not json", "null", "[]", "7", '{"stream":"things"}', new Uint8Array(3)]) {
    peer.socket.deliver(frame)
  }
  expect(await client.retrieve("things", 1)).toEqual(apple)
  expect((await errors.next()).message).toBe("A frame could not be read")
  expect((await errors.next()).kind).toBe("message")
  await client.close()
})

test("raw messages are sent as they are, or queued", async () => {
  const peer = new FakePeer()
  const client = createClient("ws://peer", peer.options)
  client.sendNow({ stream: "things", payload: { action: "lost" } })
  client.send({ stream: "things", payload: { action: "raw" } })
  client.initialize()
  await peer.next("raw")
  client.sendNow({ stream: "things", payload: { action: "now" } })
  await peer.next("now")
  expect(peer.count("lost")).toBe(0)
  await client.close()
})
