import { expect, onTestFinished, test, vi } from "vitest"
import { Queue } from "../../../test/queue.js"
import { connect, createClient, type DcrfError, type Status } from "../src/index.js"
import { FakePeer } from "./fake-peer.js"
import { opened, reached, rejection } from "./scene.js"

const apple = { pk: 1, name: "apple" }

test("the status says in words how the connection is", async () => {
  const peer = new FakePeer(apple)
  const client = createClient("ws://peer", peer.options)
  const statuses: Status[] = [client.status]
  // It may be taken off its client.
  const { onStatus } = client
  const off = onStatus((status) => statuses.push(status))
  client.initialize()
  client.initialize()
  await opened(client)
  peer.cut()
  await opened(client)
  await client.close()
  expect(statuses).toEqual([
    "idle",
    "connecting",
    "connected",
    "reconnecting",
    "connected",
    "closed",
  ])
  off()
  client.initialize()
  await opened(client)
  expect(statuses.length).toBe(6)
  await client.close()
})

test("a listener that throws is told to onError, and starves no other", async () => {
  const peer = new FakePeer()
  const client = createClient("ws://peer", peer.options)
  const errors = new Queue<DcrfError>()
  const heard: Status[] = []
  client.onError(() => {
    throw new Error("nobody is left to be told")
  })
  client.onError(errors.push)
  client.onStatus(() => {
    throw new Error("mine")
  })
  client.onStatus((status) => heard.push(status))
  client.initialize()
  expect(await errors.next()).toMatchObject({ kind: "handler", cause: { message: "mine" } })
  await opened(client)
  expect(heard).toEqual(["connecting", "connected"])
  await client.close()
})

test("close() ends what waits, and resolves while offline; initialize() opens again", async () => {
  const peer = new FakePeer(apple)
  peer.refuses = true
  const client = connect("ws://peer", peer.options)
  const waiting = rejection(client.retrieve("things", 1))
  const pending = rejection(client.subscribe("things", 1))
  const streaming = new Queue<unknown>()
  void client.streamingRequest("things", { action: "count" }, (error) =>
    streaming.push(error?.kind),
  )
  await client.close(false)
  expect(await waiting).toMatchObject({ kind: "closed", action: "retrieve", pk: 1 })
  expect(await pending).toMatchObject({ kind: "closed" })
  expect(await streaming.next()).toBe("closed")
  expect(await rejection(client.list("things"))).toMatchObject({ kind: "closed" })
  expect(await rejection(client.subscribe("things", 1))).toMatchObject({ kind: "closed" })
  // Told to the callback, whether or not the promise is looked at.
  void client.streamingRequest("things", { action: "count" }, (error) =>
    streaming.push(error?.kind),
  )
  expect(await streaming.next()).toBe("closed")
  await client.close()
  peer.refuses = false
  client.initialize()
  expect(await client.retrieve("things", 1)).toEqual(apple)
  // What was given up is not sent.
  expect(peer.messages.map(({ payload }) => payload.action)).toEqual(["retrieve"])
  await client.close()
})

test("close() unsubscribes, close(false) keeps the subscriptions for the next time", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", peer.options)
  const events = new Queue<unknown>()
  await client.subscribe("things", 1, events.push)
  await client.close(false)
  expect(peer.count("unsubscribe_instance")).toBe(0)
  peer.change(1, { name: "ape" }, true)
  client.initialize()
  expect(await events.next()).toEqual({ pk: 1, name: "ape" })
  await client.close()
  expect(peer.count("unsubscribe_instance")).toBe(1)
  client.initialize()
  await opened(client)
  expect(await client.unsubscribeAll()).toBe(0)
  await client.close()
})

test("initialize() right after close() keeps the connection", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", peer.options)
  await client.subscribe("things", 1)
  const closed = client.close()
  client.initialize()
  client.reconnect()
  await closed
  await opened(client)
  expect(await client.list("things")).toEqual([apple])
  await client.close()
})

test("a client that starts closed waits for reconnect()", async () => {
  const peer = new FakePeer(apple)
  const { websocket } = peer.options
  const client = connect("ws://peer", { websocket: { ...websocket, startClosed: true } })
  const answer = client.retrieve("things", 1)
  expect(client.status).toBe("idle")
  client.reconnect()
  expect(client.status).toBe("connecting")
  expect(await answer).toEqual(apple)
  expect(peer.sockets.length).toBe(1)
  await client.close()
})

test("reconnect() does not wait for the next attempt", async () => {
  const peer = new FakePeer(apple)
  const { websocket } = peer.options
  const minReconnectionDelay = 60_000
  const client = connect("ws://peer", {
    websocket: { ...websocket, minReconnectionDelay, maxReconnectionDelay: 60_000 },
  })
  await opened(client)
  peer.cut()
  await reached(client, "reconnecting")
  client.reconnect()
  expect(await client.retrieve("things", 1)).toEqual(apple)
  await client.close()
})

test("when no attempt is left, what waits is rejected, and reconnect() tries anew", async () => {
  const peer = new FakePeer(apple)
  peer.refuses = true
  const { websocket } = peer.options
  const client = connect("ws://peer", { websocket: { ...websocket, maxRetries: 2 } })
  const waiting = rejection(client.retrieve("things", 1))
  await reached(client, "closed")
  expect(peer.sockets.length).toBe(3)
  expect(await waiting).toMatchObject({ kind: "closed" })
  peer.refuses = false
  client.reconnect()
  expect(await client.retrieve("things", 1)).toEqual(apple)
  await client.close()
})

test("a close after which it should not reconnect is the end", async () => {
  const peer = new FakePeer(apple)
  const { websocket } = peer.options
  const client = connect("ws://peer", {
    websocket: { ...websocket, shouldReconnectOnClose: ({ code }) => code !== 4003 },
  })
  await opened(client)
  peer.cut(4000)
  await reached(client, "reconnecting")
  await opened(client)
  peer.cut(4003)
  await reached(client, "closed")
  await client.close()
})

test("address and sub-protocols may be functions, asked before each attempt", async () => {
  const peer = new FakePeer(apple)
  let attempt = 0
  const client = connect(async () => `ws://peer/?token=${++attempt}`, {
    ...peer.options,
    protocols: () => ["dcrf", `token-${attempt}`],
  })
  await opened(client)
  peer.cut()
  await reached(client, "reconnecting")
  await opened(client)
  expect(peer.sockets.map(({ url, protocols }) => [url, protocols])).toEqual([
    ["ws://peer/?token=1", ["dcrf", "token-1"]],
    ["ws://peer/?token=2", ["dcrf", "token-2"]],
  ])
  await client.close()
})

test("an address that can't be had is told, and tried until no attempt is left", async () => {
  const errors = new Queue<DcrfError>()
  const address = async (): Promise<string> => {
    throw new Error("no session")
  }
  const client = connect(address, {
    websocket: { ...new FakePeer().options.websocket, maxRetries: 1 },
    onError: errors.push,
  })
  await reached(client, "closed")
  expect(await errors.next()).toMatchObject({
    kind: "connection",
    message: "The connection failed: no session",
  })
  await client.close()
})

test("without a WebSocket it is closed, and says what to do", async () => {
  const websocket = globalThis.WebSocket
  vi.stubGlobal("WebSocket", undefined)
  vi.doMock("ws", () => {
    throw new Error("not installed")
  })
  try {
    const errors = new Queue<DcrfError>()
    const client = connect("ws://127.0.0.1:1", { onError: errors.push })
    const waiting = rejection(client.list("things"))
    await reached(client, "closed")
    expect(await waiting).toMatchObject({ kind: "closed" })
    expect((await waiting) as Error).toHaveProperty(
      "message",
      expect.stringContaining("npm install ws"),
    )
  } finally {
    vi.doUnmock("ws")
    vi.stubGlobal("WebSocket", websocket)
  }
})

test("events for which nobody asked reach onEvent", async () => {
  const peer = new FakePeer(apple)
  const client = connect("ws://peer", peer.options)
  const events = new Queue<unknown>()
  const off = client.onEvent(events.push)
  await opened(client)
  const payload = { action: "create", data: apple, response_status: 200, request_id: null }
  peer.send(payload, "feed")
  expect(await events.next()).toEqual({ stream: "feed", action: "create", data: apple, payload })
  peer.send({ body: { free: "form" }, action: "said" }, "feed")
  expect(await events.next()).toMatchObject({ action: "said", data: { free: "form" } })
  off()
  peer.send(payload, "feed")
  await client.list("things")
  expect(events.rest).toEqual([])
  await client.close()
})

test("the console stays silent, and with debug, no token is written", async () => {
  const written: unknown[] = []
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((...line) => void written.push(line)),
  )
  try {
    for (const options of [{}, { debug: true }, { websocket: { debug: true } }]) {
      const peer = new FakePeer(apple)
      const client = connect("ws://peer/?token=secret", {
        ...peer.options,
        ...options,
        websocket: { ...peer.options.websocket, ...options.websocket },
        preprocessPayload: (_stream, payload) => ({ ...payload, token: "secret" }),
        onError: () => {},
      })
      await client.list("things")
      peer.socket.deliver("secret {")
      peer.cut()
      await reached(client, "reconnecting")
      await opened(client)
      await client.close()
      await rejection(client.list("things"))
      if (Object.keys(options).length === 0) expect(written).toEqual([])
      else expect(written.length).toBeGreaterThan(0)
      expect(JSON.stringify(written)).not.toContain("secret")
      written.length = 0
    }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
})

test("when there is a network again it is connected at once, unless it was closed or given up", async () => {
  const device = new EventTarget()
  vi.stubGlobal("addEventListener", device.addEventListener.bind(device))
  vi.stubGlobal("removeEventListener", device.removeEventListener.bind(device))
  onTestFinished(() => void vi.unstubAllGlobals())
  const online = () => device.dispatchEvent(new Event("online"))
  const peer = new FakePeer(apple)
  const slow = { minReconnectionDelay: 3_600_000, maxReconnectionDelay: 3_600_000 }
  const websocket = { ...peer.options.websocket, ...slow }
  const client = connect("ws://peer", { websocket })
  await opened(client)
  online()
  peer.cut()
  await reached(client, "reconnecting")
  online()
  await opened(client)
  expect(await client.list("things")).toEqual([apple])
  expect(peer.sockets.length).toBe(2)
  await client.close()
  peer.refuses = true
  const short = connect("ws://peer", { websocket: { ...websocket, maxRetries: 0 } })
  await reached(short, "closed")
  online()
  expect([client.status, short.status, peer.sockets.length]).toEqual(["closed", "closed", 3])
})
