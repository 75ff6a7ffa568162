import { FakeDcrfServer } from "dcrf-client/testing"
import { expect, test } from "vitest"
import { PlainSocket, tasks } from "./plain-socket.js"

const fruit = () =>
  new FakeDcrfServer({
    things: [
      { pk: 1, name: "apple" },
      { pk: 2, name: "banana" },
    ],
  })

const asked = (action: string, request_id: unknown, more: object = {}) => ({
  stream: "things",
  payload: { action, request_id, ...more },
})

test("changes from outside reach who has subscribed, and nobody else", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  await socket.say(asked("subscribe_instance", "s", { pk: 1 }))
  expect(server.update("things", 1, { name: "pear" })).toEqual({ pk: 1, name: "pear" })
  server.update("things", 2, { name: "plum" })
  expect(await socket.hear()).toMatchObject([
    { stream: "things", payload: { action: "update", data: { pk: 1, name: "pear" } } },
  ])
  server.delete("things", 1)
  expect(await socket.hear()).toMatchObject([{ payload: { action: "delete", data: { pk: 1 } } }])
  expect(server.rows("things")).toEqual([{ pk: 2, name: "plum" }])
})

test("the answer to a request comes before the events that it causes", async () => {
  const socket = await PlainSocket.open(fruit())
  await socket.say(asked("subscribe_to_all", "all"))
  const frames = await socket.say(asked("create", "c", { data: { name: "cherry" } }))
  expect(frames).toMatchObject([
    { payload: { request_id: "c", response_status: 201 } },
    { payload: { request_id: "all", action: "create", data: { pk: 3, name: "cherry" } } },
  ])
})

test("the server's own log tells requests, subscriptions and connections", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server, `${server.url}?token=t`)
  await socket.say(asked("subscribe_instance", "s", { pk: 1 }))
  await socket.say(asked("subscribe_to_all", "all"))
  const request = await server.received("things", "subscribe_instance")
  expect(request).toMatchObject({ requestId: "s", payload: { pk: 1 } })
  expect(request.url.searchParams.get("token")).toBe("t")
  expect(server.subscriptions).toEqual([
    { stream: "things", action: "subscribe_instance", requestId: "s", pk: "1" },
    { stream: "things", action: "subscribe_to_all", requestId: "all" },
  ])
  expect(server.requests.map(({ action }) => action)).toEqual([
    "subscribe_instance",
    "subscribe_to_all",
  ])
  server.cut()
  expect([server.connections, server.subscriptions]).toEqual([0, []])
})

test("received waits for requests that are yet to come, each once", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  const second = server.received("things", "list").then(() => server.received("things", "list"))
  await socket.say(asked("list", 1))
  await socket.say(asked("list", 2))
  expect(await second).toMatchObject({ requestId: 2 })
})

test("an action answers as it is told, until that is taken back", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  const off = server.answer("things", "list", { status: 500, errors: ["on fire"] })
  expect(await socket.say(asked("list", 1))).toMatchObject([
    { payload: { errors: ["on fire"], data: null, response_status: 500, request_id: 1 } },
  ])
  off()
  expect(await socket.say(asked("list", 2))).toMatchObject([{ payload: { response_status: 200 } }])
})

test("an action may answer late, several times, not at all, or as usual", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  server.answer("things", "late", async () => ({ status: 200, data: "late" }))
  server.answer("things", "stream", async function* () {
    yield { status: 200, data: 1 }
    yield { status: 200, data: 2 }
  })
  server.answer("things", "silent", () => undefined)
  server.answer("things", "retrieve", (_, usual) => usual())
  const data = async (action: string) => {
    const frames = await socket.say(asked(action, 1, { pk: 2 }))
    return frames.map((frame) => Object(frame).payload.data)
  }
  expect(await data("late")).toEqual(["late"])
  expect(await data("stream")).toEqual([1, 2])
  expect(await data("silent")).toEqual([])
  expect(await data("retrieve")).toEqual([{ pk: 2, name: "banana" }])
})

test("an action that throws, at once or later, crashes the socket and leaves its cause", async () => {
  const server = fruit()
  server.answer("things", "now", () => {
    throw new Error("now")
  })
  server.answer("things", "later", () => Promise.reject(new Error("later")))
  for (const action of ["now", "later"]) {
    const socket = await PlainSocket.open(server)
    expect(await socket.say(asked(action, 1))).toEqual([])
    expect(socket.events).toEqual(["open", "close 1011"])
  }
  expect(server.crashes).toEqual([new Error("now"), new Error("later")])
})

test("held requests go on in any order", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  const hold = server.hold("things", "retrieve")
  expect(await socket.say(asked("retrieve", "a", { pk: 1 }))).toEqual([])
  await socket.say(asked("retrieve", "b", { pk: 2 }))
  await socket.say(asked("retrieve", "c", { pk: 2 }))
  expect(hold.requests.map(({ requestId }) => requestId)).toEqual(["a", "b", "c"])
  hold.releaseOne(-1)
  hold.release()
  const ids = (await socket.hear()).map((frame) => Object(frame).payload.request_id)
  expect(ids).toEqual(["c", "a", "b"])
  expect(await socket.say(asked("retrieve", "d", { pk: 1 }))).toHaveLength(1)
  expect(() => hold.releaseOne()).toThrow("No request waits at 0")
})

test("a held request dies with its socket", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  const hold = server.hold()
  await socket.say(asked("delete", 1, { pk: 1 }))
  server.cut()
  hold.release()
  expect(server.rows("things")).toHaveLength(2)
})

test("who is refused sees an error, until all are let in", async () => {
  const server = fruit()
  server.refuse(({ url }) => !url.searchParams.has("token"))
  expect((await PlainSocket.open(server)).events).toEqual(["error", "close 1006"])
  expect((await PlainSocket.open(server, `${server.url}?token=t`)).events).toEqual(["open"])
  server.refuse()
  expect((await PlainSocket.open(server, `${server.url}?token=t`)).events).toContain("error")
  server.accept()
  expect((await PlainSocket.open(server)).events).toEqual(["open"])
})

test("a muted server does what it is asked, and says nothing", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  server.mute()
  expect(await socket.say(asked("delete", 1, { pk: 1 }))).toEqual([])
  expect(server.rows("things")).toHaveLength(1)
  server.unmute()
  expect(await socket.say(asked("list", 2))).toMatchObject([{ payload: { request_id: 2 } }])
})

test("a half-open socket stays open for the client, and is heard no more", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  await socket.say(asked("subscribe_instance", "s", { pk: 1 }))
  server.halfOpen()
  server.update("things", 1, { name: "pear" })
  expect(await socket.say(asked("delete", 1, { pk: 2 }))).toEqual([])
  expect(server.rows("things")).toHaveLength(2)
  expect([server.connections, socket.raw.readyState]).toEqual([0, 1])
  socket.raw.close()
  await tasks()
  expect(socket.raw.readyState).toBe(socket.raw.CLOSING)
  expect(await (await PlainSocket.open(server)).say(asked("list", 3))).toHaveLength(1)
})

test("frames of any shape, and text that is no frame, can be sent", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  const single = await PlainSocket.open(server, server.streamUrl("things"))
  server.send("things", { body: 1 })
  server.sendText("{}")
  expect(await socket.hear()).toEqual([{ stream: "things", payload: { body: 1 } }, {}])
  expect(await single.hear()).toEqual([{ body: 1 }, {}])
})

test("new rows get the next number for a key, or a UUID beside keys of text", () => {
  const server = new FakeDcrfServer({
    things: [{ name: "apple" }, { pk: 7, name: "banana" }],
    documents: [{ pk: "b7e2", title: "doc" }],
    notes: { pkField: "id", newPk: () => "n1" },
  })
  expect(server.create("things", { name: "cherry" })).toEqual({ pk: 8, name: "cherry" })
  expect(server.create("documents", {}).pk).toMatch(/^[\da-f-]{36}$/)
  expect(server.create("notes", {})).toEqual({ id: "n1" })
})

test("fill changes rows without telling anybody", async () => {
  const server = fruit()
  const socket = await PlainSocket.open(server)
  await socket.say(asked("subscribe_instance", "s", { pk: 1 }))
  server.fill("things", [{ pk: 1, name: "pear" }])
  expect(await socket.hear()).toEqual([])
  expect(server.rows("things")).toEqual([{ pk: 1, name: "pear" }])
})

test("a stream or row that isn't there is said to be missing", () => {
  const server = fruit()
  expect(() => server.rows("thing")).toThrow("The fake server has no stream thing. It has things")
  expect(() => server.update("things", 9, {})).toThrow("The fake server has no row 9 in things")
})
