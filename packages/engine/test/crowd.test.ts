import type { Socket } from "node:net"
import { setImmediate as nextTurn } from "node:timers/promises"
import { describe, expect, test, vi } from "vitest"
import type { EngineConfigInput } from "../src/index.js"
import { bareSocket, bareSockets, closed, handshake, headOf } from "./bare-socket.js"
import { RunningEngine } from "./running-engine.js"
import { Scrape } from "./scrape.js"

const config = {
  prometheus: { enabled: true },
  client: { insecure: true },
  uni_sse: { enabled: true },
  // Bare sockets never answer a goodbye.
  shutdown: { timeout: "100ms" },
} as const satisfies EngineConfigInput

const CROWD = 400

/** Clients that are about to ask to be let in, all in one turn of the loop. */
async function crowdOf(running: RunningEngine): Promise<readonly Socket[]> {
  const sockets = await bareSockets(running.port, CROWD)
  await running.accepted(CROWD)
  return sockets
}

/** What an engine says of itself, now and not when its server has time. */
async function scrapeNow({ engine }: RunningEngine): Promise<Scrape> {
  return new Scrape(await (await engine.fetch(new Request("http://x/metrics"))).text())
}

function count(heads: readonly string[], status: number): number {
  return heads.filter((head) => head.startsWith(`HTTP/1.1 ${status} `)).length
}

describe("a crowd", () => {
  test("that fits into the queue is let in to the last, also when all are silent", async () => {
    await using running = await RunningEngine.start(config)
    const sockets = await crowdOf(running)
    for (const socket of sockets) socket.write(handshake())
    const heads = await Promise.all(sockets.map(headOf))
    expect(count(heads, 101)).toBe(CROWD)
    const late = await running.socketOf("late")
    late.send({ id: 2, subscribe: { channel: "a" } })
    expect(await late.next()).toEqual({ id: 2, subscribe: {} })
    for (const socket of sockets) socket.destroy()
  })

  test("waits, and then nobody does", async () => {
    await using running = await RunningEngine.start(config)
    const sockets = await crowdOf(running)
    for (const socket of sockets) socket.write(handshake())
    let most = 0
    const heads = Promise.all(sockets.map(headOf))
    while (most === 0) {
      await nextTurn()
      most = (await scrapeNow(running)).value("instant_transport_waiting")
    }
    expect(count(await heads, 101)).toBe(CROWD)
    expect((await scrapeNow(running)).value("instant_transport_waiting")).toBe(0)
    for (const socket of sockets) socket.destroy()
  })

  test("for which there is no room is told to come back a little later, and counted", async () => {
    await using running = await RunningEngine.start({
      ...config,
      http_server: { accept_queue_size: 5 },
    })
    const sockets = await crowdOf(running)
    for (const socket of sockets) socket.write(handshake())
    const heads = await Promise.all(sockets.map(headOf))
    const refused = heads.filter((head) => head.startsWith("HTTP/1.1 503 Service Unavailable\r\n"))
    expect(refused.length).toBeGreaterThan(0)
    expect(count(heads, 101)).toBe(CROWD - refused.length)
    for (const head of refused) expect(head).toMatch(/\r\nRetry-After: [123]\r\n/)
    const reasons = (await Scrape.of(running.url)).by("instant_transport_refused_total", "reason")
    expect(reasons).toEqual({ accept_queue: refused.length })
    for (const socket of sockets) socket.destroy()
  })

  test("of streams passes the same door", async () => {
    await using running = await RunningEngine.start({
      ...config,
      http_server: { accept_queue_size: 5 },
    })
    const sockets = await crowdOf(running)
    for (const socket of sockets) {
      socket.write("GET /connection/uni_sse HTTP/1.1\r\nHost: x\r\n\r\n")
    }
    const heads = await Promise.all(sockets.map(headOf))
    const refused = heads.filter((head) => head.startsWith("HTTP/1.1 503 "))
    expect(refused.length).toBeGreaterThan(0)
    expect(count(heads, 200)).toBe(CROWD - refused.length)
    for (const head of refused) expect(head).toMatch(/\r\nretry-after: [123]\r\n/i)
    const reasons = (await Scrape.of(running.url)).by("instant_transport_refused_total", "reason")
    expect(reasons).toEqual({ accept_queue: refused.length })
    for (const socket of sockets) socket.destroy()
  })

  test("never grows beyond the connection limit", async () => {
    await using running = await RunningEngine.start({
      ...config,
      client: { insecure: true, connection_limit: 150 },
    })
    const sockets = await crowdOf(running)
    for (const socket of sockets) socket.write(handshake())
    const heads = await Promise.all(sockets.map(headOf))
    expect({ in: count(heads, 101), refused: count(heads, 503) }).toEqual({
      in: 150,
      refused: CROWD - 150,
    })
    for (const socket of sockets) socket.destroy()
  })

  test.each([
    ["end", (socket: { end(): void }) => socket.end()],
    ["reset", (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy()],
  ])("whose connections %s while it waits harms nobody", async (_, leave) => {
    await using running = await RunningEngine.start(config)
    const listener = await running.socketOf("listener")
    listener.send({ id: 2, subscribe: { channel: "a" } })
    await listener.next()
    const sockets = await crowdOf(running)
    for (const socket of sockets) socket.write(handshake())
    await nextTurn()
    for (const socket of sockets) leave(socket)
    for (const socket of sockets) socket.resume()
    await Promise.all(sockets.map(closed))
    await vi.waitFor(async () => {
      expect((await scrapeNow(running)).value("instant_transport_waiting")).toBe(0)
    })
    await running.engine.publish("a", "still here")
    expect(await listener.next()).toMatchObject({ push: { pub: { data: "still here" } } })
  })

  test("is refused to the last when the engine closes", async () => {
    await using running = await RunningEngine.start(config)
    const sockets = await crowdOf(running)
    const answers = Promise.all(sockets.map(headOf))
    for (const socket of sockets) socket.write(handshake())
    for (let waiting = 0; waiting === 0; ) {
      await nextTurn()
      waiting = (await scrapeNow(running)).value("instant_transport_waiting")
    }
    const closing = running.engine.close()
    const heads = await answers
    expect(count(heads, 503)).toBeGreaterThan(0)
    expect(count(heads, 101) + count(heads, 503)).toBe(CROWD)
    for (const socket of sockets) socket.destroy()
    await closing
  })

  test("has pages of other sites, who hear at once that they may not come in", async () => {
    await using running = await RunningEngine.start(config)
    const stranger = await bareSocket(running.port)
    const sockets = await bareSockets(running.port, CROWD)
    for (const socket of sockets) socket.write(handshake())
    stranger.write(handshake(undefined, "Origin: https://theirs.example\r\n"))
    expect(await headOf(stranger)).toMatch(/^HTTP\/1.1 403 /)
    for (const socket of sockets) socket.destroy()
  })
})
