import { once } from "node:events"
import { toRawJson } from "@instant-ws/protocol"
import { describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import type { ConnectionsOptions, EngineConfigInput } from "../src/index.js"
import { peerAddress } from "../src/index.js"
import { RawClient } from "./raw-client.js"
import { connectionToken, RunningEngine } from "./running-engine.js"

const config: EngineConfigInput = {
  client: { allow_anonymous_connect_without_token: true },
  channel: { without_namespace: { allow_subscribe_for_client: true } },
  http_stream: { enabled: true },
  sse: { enabled: true },
  uni_websocket: { enabled: true },
  uni_sse: { enabled: true },
  uni_http_stream: { enabled: true },
}

type Headers = Record<string, string>
type Open = (running: RunningEngine, connect: object, headers?: Headers) => Promise<void>

/** Posts the first word, and waits for the first of the answer. */
const stream =
  (path: string, body: (connect: object) => object): Open =>
  async (running, connect, headers = {}) => {
    const response = await fetch(`${running.url}/connection/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body(connect)),
    })
    await response.body?.getReader().read()
  }
const command = (connect: object) => ({ id: 1, connect })

/** How a client of each transport is let in. */
const transports: Readonly<Record<string, Open>> = {
  async websocket(running, connect, headers) {
    const socket = await running.socket(headers)
    socket.send(command(connect))
    await socket.next()
  },
  async uni_websocket(running, connect, headers = {}) {
    const url = running.websocketUrl.replace("/websocket", "/uni_websocket")
    const socket = await RawClient.open(url, headers)
    socket.send(connect)
    await socket.next()
  },
  sse: stream("sse", command),
  http_stream: stream("http_stream", command),
  uni_sse: stream("uni_sse", (connect) => connect),
  uni_http_stream: stream("uni_http_stream", (connect) => connect),
}

/** The users on a page, and the cursor of the next. */
async function page(running: RunningEngine, options: ConnectionsOptions) {
  const { connections, cursor } = await running.engine.connections(options)
  return { users: connections.map(({ user }) => user), cursor }
}

describe.each(Object.entries(transports))("a client by %s", (transport, open) => {
  test("is listed with what is known of it", async () => {
    await using running = await RunningEngine.start(config)
    const before = Date.now()
    const token = await connectionToken("42", { channels: ["news", "orders"] })
    await open(running, { token, name: "shop", version: "1.2" })
    const { connections, cursor } = await running.engine.connections()
    expect(cursor).toBeUndefined()
    expect(connections).toEqual([
      {
        client: expect.any(String),
        user: "42",
        transport,
        protocol: "json",
        address: "127.0.0.1",
        name: "shop",
        version: "1.2",
        channels: ["news", "orders"],
        since: expect.any(Number),
      },
    ])
    expect(connections[0]?.since).toBeGreaterThanOrEqual(before)
    expect(connections[0]?.since).toBeLessThanOrEqual(Date.now())
  })

  test("comes from where a proxy on this machine says", async () => {
    await using running = await RunningEngine.start(config)
    await open(running, {}, { "X-Forwarded-For": "10.0.0.1, 203.0.113.7" })
    const { connections } = await running.engine.connections()
    expect(connections.map(({ address }) => address)).toEqual(["203.0.113.7"])
  })
})

describe("the list of connections", () => {
  test("tells who speaks Protobuf", async () => {
    await using running = await RunningEngine.start(config)
    const socket = new WebSocket(running.websocketUrl, "centrifuge-protobuf")
    await once(socket, "open")
    socket.send(Buffer.from("0408012200", "hex"))
    await once(socket, "message")
    const { connections } = await running.engine.connections()
    expect(connections).toMatchObject([{ protocol: "protobuf", transport: "websocket" }])
  })

  test("has the channels of now, in the order in which they were subscribed to", async () => {
    await using running = await RunningEngine.start(config)
    const socket = await running.socketOf("42")
    for (const channel of ["c", "b", "a"]) socket.send({ id: 2, subscribe: { channel } })
    socket.send({ id: 3, unsubscribe: { channel: "b" } })
    for (let n = 0; n < 4; n++) await socket.next()
    const { connections } = await running.engine.connections()
    expect(connections).toMatchObject([{ channels: ["c", "a"] }])
  })

  test("leaves out who was not let in, and who has left", async () => {
    await using running = await RunningEngine.start(config)
    await running.socket()
    const refused = await running.socket()
    refused.send({ id: 1, connect: { token: await connectionToken("old", { exp: 1 }) } })
    expect(await refused.next()).toHaveProperty("error")
    await running.socketOf("gone")
    await running.socketOf("there")
    await running.engine.disconnect({ user: "gone" })
    expect(await page(running, {})).toEqual({ users: ["there"], cursor: undefined })
  })

  test("is in the order in which they were let in, not of that in which they came", async () => {
    await using running = await RunningEngine.start(config)
    const slow = await running.socket()
    await running.socketOf("first")
    slow.send({ id: 1, connect: { token: await connectionToken("second") } })
    await slow.next()
    await running.socketOf("third")
    expect((await page(running, {})).users).toEqual(["first", "second", "third"])
  })

  test("is one user's where that is asked, anonymous visitors being one", async () => {
    await using running = await RunningEngine.start(config)
    for (const user of ["1", "2", "1"]) await running.socketOf(user)
    await transports.websocket?.(running, {})
    expect(await page(running, { user: "1" })).toEqual({ users: ["1", "1"], cursor: undefined })
    expect(await page(running, { user: "" })).toEqual({ users: [""], cursor: undefined })
    expect(await page(running, { user: "3" })).toEqual({ users: [], cursor: undefined })
    const first = await page(running, { user: "1", limit: 1 })
    expect(first.users).toEqual(["1"])
    expect(await page(running, { user: "1", limit: 1, cursor: first.cursor })).toEqual({
      users: ["1"],
      cursor: undefined,
    })
  })

  test("has everybody who stays on one page, whoever comes and goes between pages", async () => {
    await using running = await RunningEngine.start(config)
    for (const user of ["1", "2", "3", "4", "5"]) await running.socketOf(user)
    const first = await page(running, { limit: 2 })
    expect(first.users).toEqual(["1", "2"])
    for (const user of ["2", "3"]) await running.engine.disconnect({ user })
    await running.socketOf("6")
    const second = await page(running, { limit: 2, cursor: first.cursor })
    expect(second.users).toEqual(["4", "5"])
    expect(await page(running, { limit: 2, cursor: second.cursor })).toEqual({
      users: ["6"],
      cursor: undefined,
    })
  })

  test("ends on a full page when nobody is left for another", async () => {
    await using running = await RunningEngine.start(config)
    for (const user of ["1", "2"]) await running.socketOf(user)
    expect(await page(running, { limit: 2 })).toEqual({ users: ["1", "2"], cursor: undefined })
  })

  test("keeps the time since when, though what others see of the client changes", async () => {
    await using running = await RunningEngine.start(config)
    await running.socketOf("42")
    const before = await running.engine.connections()
    await running.engine.refresh({ user: "42" }, { info: toRawJson({ name: "new" }) })
    expect(await running.engine.connections()).toEqual(before)
  })

  test.each([
    { limit: 0 },
    { limit: -1 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { cursor: "x" },
    { cursor: "-1" },
  ])("is refused for $limit $cursor", async (options) => {
    await using running = await RunningEngine.start(config)
    await expect(running.engine.connections(options)).rejects.toMatchObject({ code: 107 })
  })
})

describe("where a connection comes from", () => {
  test.each([
    ["127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["::1", "made up, 203.0.113.7 ", "203.0.113.7"],
    ["::ffff:127.0.0.1", "2001:db8::1", "2001:db8::1"],
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "203.0.113.7, ", "127.0.0.1"],
    ["198.51.100.2", "203.0.113.7", "198.51.100.2"],
    ["::ffff:198.51.100.2", "203.0.113.7", "::ffff:198.51.100.2"],
    [undefined, "203.0.113.7", ""],
  ])("from %s, forwarded for %s, is %s", (address, forwardedFor, expected) => {
    expect(peerAddress(address, forwardedFor)).toBe(expected)
  })
})
