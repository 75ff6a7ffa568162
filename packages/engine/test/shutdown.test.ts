import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { text } from "node:stream/consumers"
import { pino } from "pino"
import { describe, expect, test, vi } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import { createEngine, type EngineConfigInput } from "../src/index.js"
import { bareSocket, handshake } from "./bare-socket.js"
import { RawClient } from "./raw-client.js"
import { connectionToken, RunningEngine } from "./running-engine.js"

const config = {
  prometheus: { enabled: true },
  health: { enabled: true },
  client: { insecure: true },
  sse: { enabled: true },
  http_stream: { enabled: true },
  uni_sse: { enabled: true },
  uni_http_stream: { enabled: true },
  uni_websocket: { enabled: true },
} as const satisfies EngineConfigInput

const quiet = { log: pino({ level: "silent" }) }

const SHUTDOWN = { code: 3001, reason: "shutdown" }

/** A websocket whose client never says goodbye. */
async function deafWebsocket({ port }: RunningEngine): Promise<Socket> {
  const socket = await bareSocket(port)
  socket.write(handshake())
  await once(socket, "readable")
  return socket
}

/** A client that asks for a stream of server-sent events and doesn't read it. */
async function deafListener({ port }: RunningEngine): Promise<Socket> {
  const socket = await bareSocket(port)
  socket.write("GET /connection/uni_sse HTTP/1.1\r\nHost: x\r\n\r\n")
  await once(socket, "readable")
  return socket
}

describe("an engine that is closed", () => {
  test("tells websockets to come back, and is done when they are gone", async () => {
    await using running = await RunningEngine.start(config)
    const sockets = [await running.socketOf("1"), await running.socketOf("2")]
    const closing = running.engine.close()
    for (const socket of sockets) expect(await socket.closed()).toEqual(SHUTDOWN)
    await closing
    expect(running.engine.stats()).toMatchObject({ connections: 0, users: 0, subscriptions: 0 })
  })

  test("tells those too who have not connected yet", async () => {
    await using running = await RunningEngine.start(config)
    const socket = await running.socket()
    await running.engine.close()
    expect(await socket.closed()).toEqual(SHUTDOWN)
  })

  test("ends unidirectional websockets with a push", async () => {
    await using running = await RunningEngine.start(config)
    const url = `ws://127.0.0.1:${running.port}/connection/uni_websocket`
    const socket = await RawClient.open(url, {})
    socket.send({ token: await connectionToken("1") })
    expect(await socket.next()).toMatchObject({ connect: { client: expect.any(String) } })
    await running.engine.close()
    expect(await socket.next()).toEqual({ disconnect: SHUTDOWN })
    expect(await socket.closed()).toEqual(SHUTDOWN)
  })

  test.each([
    ["sse", `data: {"push":{"disconnect":{"code":3001,"reason":"shutdown"}}}\n\n`],
    ["http_stream", `{"push":{"disconnect":{"code":3001,"reason":"shutdown"}}}\n`],
    ["uni_sse", `data: {"disconnect":{"code":3001,"reason":"shutdown"}}\n\n`],
    ["uni_http_stream", `{"disconnect":{"code":3001,"reason":"shutdown"}}\n`],
  ])("ends %s with a push behind what was written", async (transport, goodbye) => {
    await using running = await RunningEngine.start(config)
    const body = transport.startsWith("uni") ? "{}" : `{"id":1,"connect":{}}`
    const url = `${running.url}/connection/${transport}`
    const response = await fetch(url, { method: "POST", body })
    const received = response.text()
    await vi.waitFor(() => expect(running.engine.stats().connections).toBe(1))
    await running.engine.close()
    const all = await withDeadline("the end of the stream", received)
    expect(all).toContain(`"connect":{`)
    expect(all.endsWith(goodbye)).toBe(true)
  })

  test("sends what waits for a client, however slow, before it says goodbye", async () => {
    const client = { ...config.client, queue_max_size: 100_000_000 }
    await using running = await RunningEngine.start({ ...config, client })
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel: "a" } })
    await socket.next()
    socket.pause()
    const count = 200
    const filler = "x".repeat(100_000)
    for (let n = 0; n < count; n++) await running.engine.publish("a", { n, filler })
    const closing = running.engine.close()
    socket.resume()
    for (let n = 0; n < count; n++) {
      expect(await socket.next()).toMatchObject({ push: { pub: { data: { n } } } })
    }
    expect(await socket.closed()).toEqual(SHUTDOWN)
    await closing
  })

  test("lets nobody in while the last are leaving", async () => {
    await using running = await RunningEngine.start(config)
    const last = await running.socketOf("1")
    last.pause()
    const closing = running.engine.close()
    await expect(running.socket()).rejects.toThrow("503")
    const paths = ["/connection/uni_sse", "/health", "/metrics"]
    for (const path of paths) expect((await fetch(`${running.url}${path}`)).status).toBe(503)
    expect((await running.api("info", {})).status).toBe(503)
    last.resume()
    expect(await last.closed()).toEqual(SHUTDOWN)
    await closing
  })

  test("cuts websockets that don't leave in time", async () => {
    await using running = await RunningEngine.start({ ...config, shutdown: { timeout: "50ms" } })
    const socket = await deafWebsocket(running)
    const ended = once(socket, "close")
    socket.resume()
    await withDeadline("the end of the engine", running.engine.close())
    await withDeadline("the end of the connection", ended)
  })

  test("cuts streams that nobody reads to the end in time", async () => {
    // The HTTP server says why it breaks a response off.
    const said = vi.spyOn(console, "error").mockImplementation(() => {})
    const client = {
      ...config.client,
      queue_max_size: 100_000_000,
      subscribe_to_user_personal_channel: { enabled: true },
      user_id_http_header: "Host",
    }
    await using running = await RunningEngine.start({
      ...config,
      client,
      shutdown: { timeout: "50ms" },
    })
    const socket = await deafListener(running)
    const filler = "x".repeat(100_000)
    for (let n = 0; n < 200; n++) await running.engine.publish("#x", filler)
    await withDeadline("the end of the engine", running.engine.close())
    expect(await text(socket)).not.toContain("shutdown")
    expect(said).toHaveBeenCalledTimes(1)
    said.mockRestore()
  })

  test("says goodbye to a crowd one after the other, and serves who isn't told yet", async () => {
    await using running = await RunningEngine.start({
      ...config,
      channel: { without_namespace: { allow_subscribe_for_client: true } },
    })
    const sockets: RawClient[] = []
    for (let n = 0; n < 150; n++) sockets.push(await running.socketOf(`${n}`))
    for (const socket of sockets) {
      socket.send({ id: 2, subscribe: { channel: "a" } })
      await socket.next()
    }
    const heard = new Map<RawClient, string>()
    for (const socket of sockets) {
      socket.onText((text) => heard.set(socket, `${heard.get(socket) ?? ""}${text}`))
    }
    const closing = running.engine.close()
    await running.engine.publish("a", "one more")
    for (const socket of sockets) expect(await socket.closed()).toEqual(SHUTDOWN)
    expect([...heard.values()].filter((text) => text.includes("one more"))).toHaveLength(50)
    await closing
  })

  test("takes the commands of streams that aren't told yet", async () => {
    await using running = await RunningEngine.start(config)
    const sockets: RawClient[] = []
    for (let n = 0; n < 100; n++) sockets.push(await running.socketOf(`${n}`))
    const response = await fetch(`${running.url}/connection/http_stream`, {
      method: "POST",
      body: '{"id":1,"connect":{}}',
    })
    const reader = response.body?.getReader()
    const { connect } = JSON.parse(Buffer.from((await reader?.read())?.value ?? []).toString())
    const closing = running.engine.close()
    const { node, session } = connect
    const data = '{"id":2,"subscribe":{"channel":"a"}}'
    const answer = await running.engine.fetch(
      new Request(`${running.url}/emulation`, {
        method: "POST",
        body: JSON.stringify({ node, session, data }),
      }),
    )
    expect(answer.status).toBe(204)
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('"id":2')
    await reader?.cancel()
    await closing
    expect((await running.engine.fetch(new Request(`${running.url}/emulation`))).status).toBe(503)
  })

  test("tells the whole crowd in the first third of its time", async () => {
    await using running = await RunningEngine.start({ ...config, shutdown: { timeout: "2s" } })
    const sockets: RawClient[] = []
    for (let n = 0; n < 400; n++) sockets.push(await running.socket())
    const closing = running.engine.close()
    // Not one was cut, who would see 1006.
    for (const socket of sockets) expect(await socket.closed()).toEqual(SHUTDOWN)
    await closing
  })

  test("may be closed again: it is done when it is done", async () => {
    await using running = await RunningEngine.start(config)
    const socket = await running.socketOf("1")
    socket.pause()
    const closing = [running.engine.close(), running.engine.close()]
    socket.resume()
    await Promise.all(closing)
    await running.engine.close()
    expect(await socket.closed()).toEqual(SHUTDOWN)
  })

  test("leaves its HTTP server to another", async () => {
    const server = createServer()
    const [first, next] = [createEngine(config, quiet), createEngine(config, quiet)]
    first.attach(server)
    await first.close()
    next.attach(server)
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    const socket = await RawClient.open(`ws://127.0.0.1:${port}/connection/websocket`, {})
    socket.send({ id: 1, connect: {} })
    expect(await socket.next()).toMatchObject({ connect: {} })
    expect(next.stats().connections).toBe(1)
    await next.close()
    server.close()
    await once(server, "close")
  })
})
