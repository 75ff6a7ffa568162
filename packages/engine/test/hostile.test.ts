import { once } from "node:events"
import type { Socket } from "node:net"
import { setImmediate as nextTurn } from "node:timers/promises"
import { toRawJson } from "@instant-ws/protocol"
import { describe, expect, test, vi } from "vitest"
import { WebSocket } from "ws"
import { withDeadline } from "../../../test/with-deadline.js"
import type { EngineConfigInput, EngineOptions } from "../src/index.js"
import { TEXT } from "../src/transport/websocket-frame.js"
import { bareSocket, bareSockets, clientFrame, closed, handshake, headOf } from "./bare-socket.js"
import type { RawClient } from "./raw-client.js"
import { RunningEngine } from "./running-engine.js"
import { Scrape } from "./scrape.js"

// Each kind of attack is counted to the last client, and nobody else comes to harm.

const config = {
  prometheus: { enabled: true },
  client: { insecure: true },
  websocket: { compression: true },
  http_stream: { enabled: true },
  // Bare sockets never answer a goodbye.
  shutdown: { timeout: "100ms" },
} as const satisfies EngineConfigInput

/** Heads must come within a third of a second. */
const HASTY = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 }

const FAULTS = "instant_transport_refused_total"
const BAD_FRAMES = "instant_transport_bad_frames_total"
const DISCONNECTS = "centrifugo_client_num_server_disconnects"

/** An engine, and a client that must get its publications whatever others do. */
class Siege implements AsyncDisposable {
  readonly running: RunningEngine
  readonly #bystander: RawClient
  #published = 0

  constructor(running: RunningEngine, bystander: RawClient) {
    this.running = running
    this.#bystander = bystander
  }

  static async lay(
    more: EngineConfigInput = {},
    options: EngineOptions = {},
    serverOptions = {},
  ): Promise<Siege> {
    const running = await RunningEngine.start({ ...config, ...more }, options, serverOptions)
    const bystander = await running.socketOf("bystander")
    bystander.send({ id: 2, subscribe: { channel: "news" } })
    await bystander.next()
    return new Siege(running, bystander)
  }

  /** Publishes, and sees that the bystander hears of it. */
  async isServed(): Promise<void> {
    const data = ++this.#published
    await this.running.engine.publish("news", data)
    expect(await this.#bystander.next()).toEqual({ push: { channel: "news", pub: { data } } })
  }

  async counted(figure: string, labels: Record<string, string> = {}): Promise<number> {
    return (await Scrape.of(this.running.url)).value(figure, labels)
  }

  /** Websockets that are connected, without compression unless said. */
  async websockets(count: number, perMessageDeflate = false): Promise<readonly WebSocket[]> {
    const sockets = Array.from(
      { length: count },
      () => new WebSocket(this.running.websocketUrl, { perMessageDeflate }),
    )
    for (const socket of sockets) socket.on("error", () => {})
    await Promise.all(sockets.map((socket) => once(socket, "open")))
    for (const socket of sockets) socket.send('{"id":1,"connect":{}}')
    await Promise.all(sockets.map((socket) => once(socket, "message")))
    return sockets
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running[Symbol.asyncDispose]()
  }
}

/** The code that a websocket is closed with. */
async function codeOf(socket: WebSocket): Promise<number> {
  const [code] = await withDeadline("the close", once(socket, "close"))
  return code
}

describe("clients that never get to a request", () => {
  test.each([
    ["whose heads never end", `${handshake().slice(0, -2)}X-Slow: `],
    ["who never send a byte", ""],
  ])("%s are cut in time", async (_, text) => {
    await using siege = await Siege.lay({}, {}, HASTY)
    const sockets = await bareSockets(siege.running.port, 200)
    for (const socket of sockets) socket.write(text)
    await siege.isServed()
    const heads = await Promise.all(sockets.map(headOf))
    for (const head of heads) expect(head).toMatch(/^HTTP\/1.1 408 /)
    await Promise.all(sockets.map(closed))
    expect(await siege.counted(FAULTS, { reason: "handshake_timeout" })).toBe(200)
    await siege.isServed()
  })

  test("with heads of any size are refused", async () => {
    await using siege = await Siege.lay()
    const sockets = await bareSockets(siege.running.port, 200)
    const head = handshake(undefined, `X-Filler: ${"x".repeat(20_000)}\r\n`)
    for (const socket of sockets) socket.write(head)
    await siege.isServed()
    for (const socket of sockets) socket.resume()
    await Promise.all(sockets.map(closed))
    expect(await siege.counted(FAULTS, { reason: "header_too_big" })).toBe(200)
    expect(siege.running.engine.stats().connections).toBe(1)
    await siege.isServed()
  })

  test("that speak no HTTP are refused", async () => {
    await using siege = await Siege.lay()
    const sockets = await bareSockets(siege.running.port, 50)
    for (const socket of sockets) socket.write("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n")
    const heads = await Promise.all(sockets.map(headOf))
    for (const head of heads) expect(head).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
    expect(await siege.counted(FAULTS, { reason: "bad_request" })).toBe(50)
    await siege.isServed()
  })

  test("are left to another listener where there is one, and counted", async () => {
    await using siege = await Siege.lay()
    siege.running.onClientError((_, socket) => socket.end("HTTP/1.1 418 I'm a teapot\r\n\r\n"))
    const socket = await bareSocket(siege.running.port)
    socket.write("nonsense\r\n\r\n")
    expect(await headOf(socket)).toMatch(/^HTTP\/1.1 418 /)
    expect(await siege.counted(FAULTS, { reason: "bad_request" })).toBe(1)
  })

  test("and go away in the middle of it were refused nothing", async () => {
    await using siege = await Siege.lay()
    const sockets = await bareSockets(siege.running.port, 50)
    for (const socket of sockets) socket.write("GET / HTTP/1.1\r\nHost:")
    await nextTurn()
    for (const [index, socket] of sockets.entries()) {
      if (index % 2 === 0) socket.resetAndDestroy()
      else socket.end()
      socket.resume()
    }
    await Promise.all(sockets.map(closed))
    await siege.isServed()
    expect(await siege.counted(FAULTS)).toBe(0)
  })
})

describe("bombs", () => {
  test("of fragments end the connection with 1008", async () => {
    await using siege = await Siege.lay()
    const sockets = await siege.websockets(20)
    const codes = sockets.map(codeOf)
    for (const socket of sockets) {
      for (let n = 0; n < 200; n++) socket.send(" ", { fin: false })
    }
    expect(new Set(await Promise.all(codes))).toEqual(new Set([1008]))
    expect(await siege.counted(BAD_FRAMES, { transport: "websocket" })).toBe(20)
    await siege.isServed()
  })

  test("are no messages in a few fragments", async () => {
    await using siege = await Siege.lay()
    const socket = await siege.running.socketOf("1")
    const text = `{"id":2,"subscribe":{"channel":"a"}}${" ".repeat(60_000)}`
    const pieces = text.match(/.{1,1000}/g) ?? []
    for (const [index, piece] of pieces.entries()) {
      socket.sendText(piece, index === pieces.length - 1)
    }
    expect(await socket.next()).toEqual({ id: 2, subscribe: {} })
  })

  test("of a byte at a time end the connection before the message is whole", async () => {
    await using siege = await Siege.lay()
    const sockets = await bareSockets(siege.running.port, 3)
    const frame = clientFrame(TEXT, Buffer.alloc(60_000, " "))
    for (const socket of sockets) {
      socket.setNoDelay()
      socket.write(handshake())
      expect(await headOf(socket)).toMatch(/^HTTP\/1.1 101 /)
    }
    for (let at = 0; at < frame.length; at++) {
      for (const socket of sockets) socket.write(frame.subarray(at, at + 1))
      await nextTurn()
      if (at % 1_000 === 999 && (await siege.counted(BAD_FRAMES)) === sockets.length) break
    }
    expect(await siege.counted(BAD_FRAMES, { transport: "websocket" })).toBe(sockets.length)
    await siege.isServed()
    for (const socket of sockets) socket.destroy()
  })

  test("of compression end the connection with 1009", async () => {
    await using siege = await Siege.lay()
    const sockets = await siege.websockets(20, true)
    const codes = sockets.map(codeOf)
    for (const socket of sockets) socket.send(" ".repeat(5_000_000))
    expect(new Set(await Promise.all(codes))).toEqual(new Set([1009]))
    expect(await siege.counted(BAD_FRAMES, { transport: "websocket" })).toBe(20)
    await siege.isServed()
  })
})

describe("clients that don't listen", () => {
  /** Fills the way to clients until something waits in the server. */
  async function deafen(siege: Siege, sockets: readonly WebSocket[]): Promise<void> {
    for (const socket of sockets) {
      socket.send('{"id":2,"subscribe":{"channel":"a"}}')
      await once(socket, "message")
      socket.pause()
    }
    const data = "x".repeat(100_000)
    for (let n = 0; n < 150; n++) await siege.running.engine.publish("a", data)
  }

  test("and ask with pings whether the server is there are slow", async () => {
    const client = { ...config.client, queue_max_size: 1_000_000_000 }
    await using siege = await Siege.lay({ client })
    const sockets = await siege.websockets(5)
    await deafen(siege, sockets)
    for (const socket of sockets) for (let n = 0; n < 200; n++) socket.ping("are you there?")
    await vi.waitFor(async () => {
      expect(await siege.counted(DISCONNECTS, { code: "3008" })).toBe(5)
    })
    await siege.isServed()
    for (const socket of sockets) socket.terminate()
  })

  test("and those who do are told apart: a flood of pings is answered as it can be", async () => {
    await using siege = await Siege.lay()
    const [socket] = await siege.websockets(1)
    const pongs: string[] = []
    const last = new Promise<void>((resolve) => {
      socket?.on("pong", (data) => {
        pongs.push(data.toString())
        if (data.toString() === "9999") resolve()
      })
    })
    for (let n = 0; n < 10_000; n++) socket?.ping(`${n}`)
    await withDeadline("the last pong", last)
    expect(pongs.length).toBeLessThanOrEqual(10_000)
    expect(await siege.counted(DISCONNECTS)).toBe(0)
    await siege.isServed()
  })

  const talkative: EngineOptions = {
    hooks: { onRpc: async () => toRawJson("x".repeat(50_000)) },
  }
  const narrow = { ...config.client, queue_max_size: 100_000 }

  test("and go on asking are slow", async () => {
    await using siege = await Siege.lay({ client: narrow }, talkative)
    const sockets = await siege.websockets(5)
    for (const socket of sockets) {
      socket.pause()
      for (let n = 0; n < 1_000; n++) socket.send(`{"id":${n + 2},"rpc":{"method":"m"}}`)
    }
    await vi.waitFor(
      async () => expect(await siege.counted(DISCONNECTS, { code: "3008" })).toBe(5),
      { timeout: 10_000 },
    )
    await siege.isServed()
    for (const socket of sockets) socket.terminate()
  })

  test("and go on asking by emulation are slow", async () => {
    await using siege = await Siege.lay({ client: narrow }, talkative)
    const { url, port, engine } = siege.running
    const socket = await bareSocket(port)
    const body = '{"id":1,"connect":{}}'
    socket.write(
      `POST /connection/http_stream HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    const { node, session } = await identityOf(socket)
    socket.pause()
    const data = JSON.stringify({ node, session, data: '{"id":2,"rpc":{"method":"m"}}' })
    for (let n = 0; n < 2_000 && engine.stats().connections === 2; n++) {
      await fetch(`${url}/emulation`, { method: "POST", body: data })
    }
    expect(await siege.counted(DISCONNECTS, { code: "3008" })).toBe(1)
    await siege.isServed()
    socket.destroy()
  })
})

test("streams that are asked for in one go over one connection end with it", async () => {
  await using siege = await Siege.lay({ uni_sse: { enabled: true } })
  const { engine, port } = siege.running
  const socket = await bareSocket(port)
  socket.write("GET /connection/uni_sse HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20))
  await vi.waitFor(() => expect(engine.stats().connections).toBe(21))
  socket.destroy()
  await vi.waitFor(() => expect(engine.stats().connections).toBe(1))
  await siege.isServed()
})

/** What the connect reply of a stream says that emulation needs. */
async function identityOf(socket: Socket): Promise<{ node: string; session: string }> {
  let text = ""
  const read = new Promise<{ node: string; session: string }>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString()
      const [, node, session] = /"session":"([^"]+)".*"node":"([^"]+)"/.exec(text) ?? []
      if (node !== undefined && session !== undefined) resolve({ node: session, session: node })
    })
  })
  return withDeadline("the connect reply", read)
}
