import { connect } from "dcrf-client"
import { FakeDcrfServer } from "dcrf-client/testing"
import { afterEach, expect, test, vi } from "vitest"
import { tasks } from "./plain-socket.js"

const fruit = () => new FakeDcrfServer({ things: [{ pk: 1, name: "apple" }] })

afterEach(() => {
  vi.useRealTimers()
})

test.each([true, false])(
  "a client reaches the fake server (multiplexed: %s)",
  async (multiplexed) => {
    const server = fruit()
    const url = multiplexed ? server.url : server.streamUrl("things")
    const client = connect(url, { ...server.options, multiplexed })
    expect(await client.list("things")).toEqual([{ pk: 1, name: "apple" }])
    const events: unknown[] = []
    await client.subscribe("things", 1, (data, action) => events.push([action, data]))
    server.update("things", 1, { name: "pear" })
    await tasks()
    expect(events).toEqual([["update", { pk: 1, name: "pear" }]])
    await client.close()
    await tasks()
    expect(server.connections).toBe(0)
  },
)

test("a client is back at once after a cut", async () => {
  const server = fruit()
  const client = connect(server.url, server.options)
  await client.list("things")
  server.cut()
  await tasks()
  expect(await client.list("things")).toHaveLength(1)
  await client.close()
})

test("what is on the wire arrives while a test's clock stands still", async () => {
  const server = fruit()
  const client = connect(server.url, server.options)
  await client.list("things")
  vi.useFakeTimers()
  expect(await client.list("things")).toHaveLength(1)
  vi.useRealTimers()
  await client.close()
})

test("tokens in the address and in sub-protocols reach the handshake", async () => {
  const server = fruit()
  const offered: unknown[] = []
  server.refuse(({ url, protocols }) => {
    offered.push([url.search, protocols])
    return false
  })
  const client = connect(`${server.url}?token=t`, { ...server.options, protocols: ["v1", "jwt"] })
  await client.list("things")
  expect(offered).toEqual([["?token=t", ["v1", "jwt"]]])
  await client.close()
})
