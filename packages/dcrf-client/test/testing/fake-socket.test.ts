import { FakeDcrfServer } from "dcrf-client/testing"
import { expect, test } from "vitest"
import { PlainSocket, tasks } from "./plain-socket.js"

const server = () => new FakeDcrfServer({ things: [{ pk: 1, name: "apple" }] })

test("a socket opens, speaks and closes as a browser's does, each in a task of its own", async () => {
  const socket = new PlainSocket(server(), "ws://dcrf.test/ws/things/", ["v1", "v2"])
  const { raw } = socket
  expect([raw.readyState, raw.protocol]).toEqual([raw.CONNECTING, ""])
  expect(() => raw.send("{}")).toThrow(expect.objectContaining({ name: "InvalidStateError" }))
  await tasks()
  expect([raw.readyState, raw.protocol]).toEqual([raw.OPEN, "v1"])
  expect(await socket.say({ action: "retrieve", pk: 1 })).toMatchObject([{ response_status: 200 }])
  raw.close(4000, "bye")
  expect(raw.readyState).toBe(raw.CLOSING)
  raw.send("lost, without a word")
  await tasks()
  expect(raw.readyState).toBe(raw.CLOSED)
  expect(socket.events).toEqual(["open", "close 4000"])
})

test("listeners and on-handlers hear events with what belongs to them", async () => {
  const fake = server()
  const { raw } = await PlainSocket.open(fake)
  const heard: unknown[] = []
  raw.addEventListener("message", ({ data }) => heard.push(data))
  raw.addEventListener("close", ({ code, reason, wasClean }) => heard.push(code, reason, wasClean))
  fake.sendText("{}")
  fake.cut(4001, "go")
  await tasks()
  expect(heard).toEqual(["{}", 4001, "go", true])
})

test("without a close frame the code is 1006, and nothing was clean", async () => {
  const fake = server()
  const { raw, events } = await PlainSocket.open(fake)
  let wasClean = true
  raw.addEventListener("close", (event) => {
    wasClean = event.wasClean
  })
  fake.cut()
  await tasks()
  expect([events, wasClean]).toEqual([["open", "close 1006"], false])
})

test("closing without a code gives 1005; closing twice, or before it is open, does no harm", async () => {
  const fake = server()
  const open = await PlainSocket.open(fake)
  open.raw.close()
  open.raw.close()
  const early = new PlainSocket(fake, fake.url)
  early.raw.close()
  await tasks()
  expect(open.events).toEqual(["open", "close 1005"])
  expect(early.events).toEqual(["error", "close 1006"])
  expect(fake.connections).toBe(0)
})

test("addresses and codes that a browser refuses are refused", async () => {
  const fake = server()
  expect(() => new fake.WebSocket("https://dcrf.test/ws/")).toThrow(
    expect.objectContaining({ name: "SyntaxError" }),
  )
  const { raw } = await PlainSocket.open(fake)
  expect(() => raw.close(1001)).toThrow(expect.objectContaining({ name: "InvalidAccessError" }))
})

test("an address that leads nowhere fails as a refused one does", async () => {
  const { events } = await PlainSocket.open(server(), "ws://dcrf.test/elsewhere/")
  expect(events).toEqual(["error", "close 1006"])
})
