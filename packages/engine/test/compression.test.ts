import { randomBytes } from "node:crypto"
import { once } from "node:events"
import type { Socket } from "node:net"
import { constants, deflateRawSync, inflateRawSync } from "node:zlib"
import { toRawJson } from "@instant-ws/protocol"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type ClientOptions, WebSocket } from "ws"
import { Message } from "../src/delivery/message.js"
import { deflatedFraming } from "../src/transport/deflated-frame.js"
import { MessageMeter } from "../src/transport/message-meter.js"
import { BINARY, payloadOf, RSV1, TEXT, websocketFrame } from "../src/transport/websocket-frame.js"
import { websocketProtocols } from "../src/transport/websocket-protocol.js"
import { clientFrame } from "./bare-socket.js"
import { RawClient } from "./raw-client.js"
import { connectionToken, RunningEngine } from "./running-engine.js"

const channel = {
  without_namespace: { allow_subscribe_for_client: true, allow_publish_for_client: true },
}

/** A client, its websocket, and the bare socket below. */
interface Opened {
  readonly client: RawClient
  readonly websocket: WebSocket
  readonly socket: Socket
  /** The first byte of each write of the server. */
  readonly firstBytes: number[]
}

async function open(url: string, options: ClientOptions): Promise<Opened> {
  const websocket = new WebSocket(url, options)
  const client = new RawClient(websocket)
  const firstBytes: number[] = []
  const upgraded = once(websocket, "upgrade")
  await once(websocket, "open")
  const [{ socket }] = await upgraded
  socket.on("data", (chunk: Buffer) => firstBytes.push(chunk.readUInt8(0)))
  return { client, websocket, socket, firstBytes }
}

/** Opens a websocket that has connected as a user. */
async function connected(engine: RunningEngine, options: ClientOptions = {}): Promise<Opened> {
  const opened = await open(engine.websocketUrl, options)
  opened.client.send({ id: 1, connect: { token: await connectionToken("user") } })
  await opened.client.next()
  return opened
}

async function subscribed(engine: RunningEngine, options: ClientOptions = {}): Promise<Opened> {
  const opened = await connected(engine, options)
  opened.client.send({ id: 2, subscribe: { channel: "c" } })
  await opened.client.next()
  return opened
}

function publishOf(data: string): string {
  return JSON.stringify({ id: 3, publish: { channel: "c", data } })
}

function inflated(frame: Buffer): Buffer {
  return inflateRawSync(payloadOf(frame), { finishFlush: constants.Z_SYNC_FLUSH })
}

describe("compression that is switched on", () => {
  test("gives those with and without it the same messages", async () => {
    await using engine = await RunningEngine.start({ channel, websocket: { compression: true } })
    const [deflated, plain] = await Promise.all([
      subscribed(engine),
      subscribed(engine, { perMessageDeflate: false }),
    ])
    deflated.firstBytes.length = 0
    plain.firstBytes.length = 0
    for (const data of ["ab".repeat(300), { n: 1 }, "é".repeat(70_000)]) {
      await engine.engine.publish("c", data)
      const message = { push: { channel: "c", pub: { data } } }
      expect(await deflated.client.next()).toEqual(message)
      expect(await plain.client.next()).toEqual(message)
    }
    expect(deflated.firstBytes[0]).toBe(0x80 | RSV1 | TEXT)
    expect(plain.firstBytes[0]).toBe(0x80 | TEXT)
  })

  test.each([
    ["permessage-deflate"],
    ["permessage-deflate; client_max_window_bits"],
    ["x-other, permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"],
  ])("is answered with the same parameters when offered as %s", async (offer) => {
    await using engine = await RunningEngine.start({ websocket: { compression: true } })
    const websocket = new WebSocket(engine.websocketUrl, {
      perMessageDeflate: false,
      headers: { "Sec-WebSocket-Extensions": offer },
    })
    websocket.on("error", () => {})
    const [response] = await once(websocket, "upgrade")
    expect(response.headers["sec-websocket-extensions"]).toBe(
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    )
  })

  test("is none of those who don't offer it, or offer what isn't known", async () => {
    await using engine = await RunningEngine.start({ websocket: { compression: true } })
    const options = { perMessageDeflate: false }
    const headers = { "Sec-WebSocket-Extensions": 'x-permessage-deflate; a="' }
    for (const each of [options, { ...options, headers }]) {
      const { websocket } = await open(engine.websocketUrl, each)
      expect(websocket.extensions).toBe("")
    }
  })

  test("inflates what clients send", async () => {
    await using engine = await RunningEngine.start({ channel, websocket: { compression: true } })
    const [sender, listener] = [await connected(engine), await subscribed(engine)]
    const data = "q".repeat(300_000)
    sender.client.sendText(publishOf(data))
    expect(await sender.client.next()).toEqual({ id: 3, publish: {} })
    expect(await listener.client.next()).toMatchObject({ push: { channel: "c", pub: { data } } })
  })

  test("leaves frames below compression_min_size as they are", async () => {
    const websocket = { compression: true, compression_min_size: 200 }
    await using engine = await RunningEngine.start({ channel, websocket })
    const { client, firstBytes } = await subscribed(engine)
    firstBytes.length = 0
    for (const data of ["small", "ab".repeat(300)]) {
      await engine.engine.publish("c", data)
      expect(await client.next()).toEqual({ push: { channel: "c", pub: { data } } })
    }
    expect(firstBytes).toEqual([0x80 | TEXT, 0x80 | RSV1 | TEXT])
  })

  test("serves those who only listen, too", async () => {
    await using engine = await RunningEngine.start({
      channel,
      uni_websocket: { enabled: true, compression: true },
    })
    const url = `ws://127.0.0.1:${engine.port}/connection/uni_websocket`
    const { client, firstBytes } = await open(url, {})
    client.send({ token: await connectionToken("user", { channels: ["c"] }) })
    expect(await client.next()).toHaveProperty("connect")
    await engine.engine.publish("c", "ab".repeat(300))
    expect(await client.next()).toEqual({ channel: "c", pub: { data: "ab".repeat(300) } })
    expect(firstBytes).toEqual([0x80 | RSV1 | TEXT, 0x80 | RSV1 | TEXT])
  })
})

describe("a client is closed", () => {
  test("with RSV1 set, when it compresses what wasn't agreed to be", async () => {
    await using engine = await RunningEngine.start({ websocket: { compression: true } })
    const { client, socket } = await connected(engine, { perMessageDeflate: false })
    socket.write(clientFrame(RSV1 | TEXT, Buffer.from("ignored")))
    expect(await client.closed()).toEqual({ code: 1002, reason: "RSV1 set" })
  })

  test("with a reason, when a message is too big once inflated", async () => {
    await using engine = await RunningEngine.start({ channel, websocket: { compression: true } })
    const { client } = await connected(engine)
    client.sendText(publishOf("q".repeat(700_000)))
    const reason = "message too big after decompression"
    expect(await client.closed()).toEqual({ code: 1009, reason })
  })

  test("at decompressed_message_size_limit, where it is set", async () => {
    const websocket = { compression: true, decompressed_message_size_limit: 5000 }
    await using engine = await RunningEngine.start({ channel, websocket })
    const { client } = await connected(engine)
    client.sendText(publishOf("q".repeat(4000)))
    expect(await client.next()).toEqual({ id: 3, publish: {} })
    client.sendText(publishOf("q".repeat(5000)))
    expect(await client.closed()).toMatchObject({ code: 1009 })
  })

  test.each([
    ["as it is", "q".repeat(70_000), false],
    ["compressed", randomBytes(100_000).toString("base64"), true],
  ])("without a reason, when a message is too big on the wire, %s", async (_, data, compress) => {
    await using engine = await RunningEngine.start({ channel, websocket: { compression: true } })
    const { client, websocket } = await connected(engine)
    websocket.send(publishOf("q".repeat(65_000)), { compress })
    expect(await client.next()).toEqual({ id: 3, publish: {} })
    websocket.send(publishOf(data), { compress })
    expect(await client.closed()).toEqual({ code: 1009, reason: "" })
  })

  test("for a bad request, when a message can't be inflated", async () => {
    await using engine = await RunningEngine.start({ websocket: { compression: true } })
    const { client, socket } = await connected(engine)
    socket.write(clientFrame(RSV1 | TEXT, Buffer.alloc(20, 0xff)))
    expect(await client.closed()).toEqual({ code: 3501, reason: "bad request" })
  })
})

describe("a deflated frame", () => {
  const config = { compression_level: 1, compression_min_size: 0 }

  test("is built once for a hundred sessions", () => {
    const { json } = websocketProtocols(deflatedFraming(config))
    const messages = [1, 2].map((n) =>
      Message.push({ channel: "c", pub: { data: toRawJson("ab".repeat(n * 100)) } }),
    )
    let chains = Array.from({ length: 100 }, () => json.empty)
    for (const message of messages) chains = chains.map((chain) => chain.append(message))
    const frames = new Set(chains.map(({ frame }) => frame))
    expect(frames.size).toBe(1)
    for (const frame of frames) {
      expect(inflated(frame).toString()).toBe(messages.map((each) => each.json).join("\n"))
    }
  })

  test("carries what a plain one does, from compression_min_size on, and no flush marker", () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(parts, fc.constantFrom(1, 6, 9), fc.nat(600), (all, level, minSize) => {
        const framing = deflatedFraming({ compression_level: level, compression_min_size: minSize })
        const plain = websocketFrame(BINARY, all, 0x0a)
        const frame = framing(BINARY, all, 0x0a)
        if (payloadOf(plain).length < minSize) expect(frame).toEqual(plain)
        else {
          expect(frame.readUInt8(0)).toBe(0x80 | RSV1 | BINARY)
          expect(inflated(frame)).toEqual(payloadOf(plain))
          const flushed = deflateRawSync(payloadOf(plain), {
            level,
            finishFlush: constants.Z_SYNC_FLUSH,
          })
          expect(payloadOf(frame).length).toBe(flushed.length - 4)
        }
      }),
    )
  })
})

describe("the meter of messages", () => {
  test("knows their sizes, however they are cut into frames and chunks", () => {
    const size = fc.oneof(fc.nat(130), fc.integer({ min: 65_530, max: 65_540 }))
    const message = fc.array(size, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1 }),
        (messages, cuts) => {
          const meter = new MessageMeter()
          const wire = Buffer.concat(messages.flatMap(framesOf))
          for (let at = 0, n = 0; at < wire.length; n++) {
            const end = at + (cuts[n % cuts.length] ?? 1)
            meter.read(wire.subarray(at, end))
            at = end
          }
          const sizes = messages.map((fragments) => fragments.reduce((sum, each) => sum + each))
          expect(messages.map(() => meter.next())).toEqual(sizes)
        },
      ),
      { numRuns: 50 },
    )
  })
})

/** A message in fragments, with a ping after each. */
function framesOf(fragments: readonly number[]): readonly Buffer[] {
  const ping = clientFrame(0x09, Buffer.from("?"))
  return fragments.flatMap((size, index) => {
    const frame = clientFrame(index === 0 ? BINARY : 0x00, Buffer.alloc(size))
    if (index < fragments.length - 1) frame.writeUInt8(frame.readUInt8(0) & 0x7f)
    return [frame, ping]
  })
}
