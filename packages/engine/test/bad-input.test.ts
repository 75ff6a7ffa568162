import { connect } from "node:net"
import { errors } from "@instant-ws/protocol"
import { describe, expect, test } from "vitest"
import { RawClient } from "./raw-client.js"
import { RunningEngine, subscriptionToken } from "./running-engine.js"

const open = {
  channel: {
    without_namespace: { allow_subscribe_for_client: true, allow_publish_for_client: true },
  },
} as const

describe("what a client sends wrong", () => {
  test.each([
    ["malformed JSON", "{nope"],
    ["an empty frame", ""],
    ["a blank line between commands", '{"id":2,"subscribe":{"channel":"a"}}\n\n{}'],
    ["an array", "[]"],
    ["an unknown method", '{"id":2,"dance":{}}'],
    ["a command without id", '{"subscribe":{"channel":"a"}}'],
    ["a text for an id", '{"id":"2","subscribe":{"channel":"a"}}'],
    ["a number for a channel", '{"id":2,"subscribe":{"channel":5}}'],
    ["an empty channel", '{"id":2,"subscribe":{"channel":""}}'],
    ["a second connect", '{"id":2,"connect":{}}'],
    ["a client ping", '{"id":2,"ping":{}}'],
    ["a pong that nobody asked for", "{}"],
    [
      "a tags filter of boundless depth",
      `{"id":2,"subscribe":{"channel":"a","tf":${'{"nodes":['.repeat(4_000)}{}${"]}".repeat(4_000)}}}`,
    ],
  ])("%s ends that connection with 3501 and no other", async (_name, frame) => {
    await using running = await RunningEngine.start(open)
    const bystander = await running.socketOf("1")
    const socket = await running.socketOf("2")
    socket.sendText(frame)
    let last = socket.closed()
    if (frame.includes("\n\n")) {
      expect(await socket.next()).toEqual({ id: 2, subscribe: {} })
      last = socket.closed()
    }
    expect(await last).toEqual({ code: 3501, reason: "bad request" })
    bystander.send({ id: 2, subscribe: { channel: "a" } })
    expect(await bystander.next()).toEqual({ id: 2, subscribe: {} })
  })

  test("a frame over the size limit ends the connection with 1009", async () => {
    await using running = await RunningEngine.start(open)
    const socket = await running.socketOf("1")
    socket.send({ id: 2, publish: { channel: "a", data: "x".repeat(70_000) } })
    expect(await socket.closed()).toMatchObject({ code: 1009 })
  })

  test.each([
    { what: "an unknown namespace", channel: "nowhere:x", error: errors.unknownChannel },
    { what: "a private channel without a token", channel: "$x", error: errors.permissionDenied },
    { what: "a name that is not ASCII", channel: "žluť", error: errors.badRequest },
    { what: "a name that is too long", channel: "x".repeat(256), error: errors.badRequest },
  ])("$what is refused with its code, and the connection goes on", async ({ channel, error }) => {
    const { code, message } = error
    await using running = await RunningEngine.start(open)
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel } }, { id: 3, subscribe: { channel: "a" } })
    expect(await socket.next()).toEqual({ id: 2, error: { code, message } })
    expect(await socket.next()).toEqual({ id: 3, subscribe: {} })
  })

  test("commands over the channel limit are refused with 106", async () => {
    await using running = await RunningEngine.start({ ...open, client: { channel_limit: 1 } })
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel: "a" } }, { id: 3, subscribe: { channel: "b" } })
    await socket.next()
    expect(await socket.next()).toEqual({ id: 3, error: { code: 106, message: "limit exceeded" } })
  })

  test("commands in one frame are answered in order, past the refused ones", async () => {
    await using running = await RunningEngine.start(open)
    const socket = await running.socketOf("1")
    const commands = Array.from({ length: 60 }, (_, n) => ({
      id: n + 2,
      subscribe: { channel: n % 3 === 0 ? "$refused" : `c${n}` },
    }))
    socket.send(...commands)
    for (const { id } of commands) expect(await socket.next()).toMatchObject({ id })
  })

  test("more frames than may wait are still all answered", async () => {
    await using running = await RunningEngine.start(open)
    const socket = await running.socketOf("1")
    const token = await subscriptionToken("1", "$x")
    for (let id = 2; id < 202; id += 2) {
      socket.send({ id, subscribe: { channel: "$x", token } })
      socket.send({ id: id + 1, unsubscribe: { channel: "$x" } })
    }
    for (let id = 2; id < 202; id++) expect(await socket.next()).toMatchObject({ id })
  })
})

describe("tokens", () => {
  test.each([
    ["not a token", "abc"],
    ["unsigned", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0."],
  ])("%s ends the connection with 3500", async (_name, token) => {
    await using running = await RunningEngine.start(open)
    const socket = await running.socket()
    socket.send({ id: 1, connect: { token } })
    expect(await socket.closed()).toEqual({ code: 3500, reason: "invalid token" })
  })

  test("for another user end the connection, for another channel too", async () => {
    await using running = await RunningEngine.start(open)
    for (const [user, channel] of [
      ["2", "$x"],
      ["1", "$y"],
    ] as const) {
      const socket = await running.socketOf("1")
      const token = await subscriptionToken(user, channel)
      socket.send({ id: 2, subscribe: { channel: "$x", token } })
      expect(await socket.closed()).toEqual({ code: 3500, reason: "invalid token" })
    }
  })

  test("none, with no anonymous access, ends the connection with 3501", async () => {
    await using running = await RunningEngine.start(open)
    const socket = await running.socket()
    socket.send({ id: 1, connect: {} })
    expect(await socket.closed()).toEqual({ code: 3501, reason: "bad request" })
  })

  test("none is enough where anonymous access is configured", async () => {
    await using running = await RunningEngine.start({
      client: { allow_anonymous_connect_without_token: true },
    })
    const socket = await running.socket()
    socket.send({ id: 1, connect: {} })
    expect(await socket.next()).toMatchObject({ id: 1, connect: { ping: 25, pong: true } })
  })
})

describe("who may open a websocket", () => {
  test("pages of configured origins, and programs without an origin", async () => {
    await using running = await RunningEngine.start({
      client: { allowed_origins: ["https://good.example", "https://*.wild.example"] },
    })
    await running.socket()
    await running.socket({ Origin: "https://good.example" })
    await running.socket({ Origin: "https://a.wild.example" })
    await expect(running.socket({ Origin: "https://evil.example" })).rejects.toThrow("403")
    await expect(running.socket({ Origin: "https://wild.example.evil" })).rejects.toThrow("403")
  })

  test("nobody else, over any transport: other pages can't read the answers of the rest", async () => {
    const [ours, theirs] = ["https://good.example", "https://evil.example"]
    await using running = await RunningEngine.start({
      client: { allowed_origins: [ours], insecure: true },
      sse: { enabled: true },
      http_stream: { enabled: true },
      uni_sse: { enabled: true },
      uni_http_stream: { enabled: true },
      uni_websocket: { enabled: true },
    })
    for (const name of ["websocket", "uni_websocket"]) {
      const url = `ws://127.0.0.1:${running.port}/connection/${name}`
      await expect(RawClient.open(url, { Origin: theirs })).rejects.toThrow("403")
      const client = await RawClient.open(url, { Origin: ours })
      client.terminate()
    }
    for (const name of ["sse", "http_stream", "uni_sse", "uni_http_stream"]) {
      for (const origin of [ours, theirs]) {
        const body = name.startsWith("uni") ? "{}" : '{"id":1,"connect":{}}'
        const response = await fetch(`${running.url}/connection/${name}`, {
          method: "POST",
          headers: { Origin: origin },
          body,
        })
        const readable = response.headers.get("Access-Control-Allow-Origin")
        expect(readable, name).toBe(origin === ours ? ours : null)
        await response.body?.cancel()
      }
    }
    const emulation = await fetch(`${running.url}/emulation`, {
      method: "POST",
      headers: { Origin: theirs },
    })
    expect(emulation.headers.get("Access-Control-Allow-Origin")).toBeNull()
  })

  test("an upgrade to an unknown path gets 404", async () => {
    await using running = await RunningEngine.start()
    const socket = connect(running.port, "127.0.0.1")
    socket.write(
      "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    )
    const [answer] = await new Promise<Buffer[]>((resolve) => {
      socket.once("data", (...chunks: Buffer[]) => resolve(chunks))
    })
    socket.destroy()
    expect(answer?.toString()).toMatch(/^HTTP\/1.1 404 Not Found\r\n/)
  })
})

describe("clients that do nothing", () => {
  test("and don't connect in time are stale", async () => {
    await using running = await RunningEngine.start({ client: { stale_close_delay: "0.2s" } })
    const socket = await running.socket()
    expect(await socket.closed()).toEqual({ code: 3502, reason: "stale" })
  })

  test("and don't answer a ping are gone", async () => {
    await using running = await RunningEngine.start({
      client: { ping_interval: "0.3s", pong_timeout: "0.1s" },
    })
    const socket = await running.socketOf("1")
    expect(await socket.next()).toEqual({})
    expect(await socket.closed()).toEqual({ code: 3012, reason: "no pong" })
  })

  test("and don't read are disconnected alone, once their queue is full", async () => {
    await using running = await RunningEngine.start({
      ...open,
      client: { queue_max_size: 100_000 },
    })
    const slow = await running.socketOf("1")
    const quick = await running.socketOf("2")
    for (const socket of [slow, quick]) {
      socket.send({ id: 2, subscribe: { channel: "a" } })
      await socket.next()
    }
    slow.pause()
    const data = "x".repeat(50_000)
    for (let n = 0; running.engine.stats().connections === 2; n++) {
      expect(n).toBeLessThan(2_000)
      await running.engine.publish("a", { n, data })
      expect(await quick.next()).toMatchObject({ push: { pub: { data: { n } } } })
    }
    slow.resume()
    expect(await slow.closed()).toMatchObject({ code: expect.toBeOneOf([3008, 1006]) })
  })
})
