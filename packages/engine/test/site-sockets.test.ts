import { once } from "node:events"
import { createServer } from "node:http"
import { connect } from "node:net"
import { json } from "node:stream/consumers"
import { pino } from "pino"
import { describe, expect, test } from "vitest"
import { type ServerOptions, WebSocket, WebSocketServer } from "ws"
import { Queue } from "../../../test/queue.js"
import { createEngine } from "../src/index.js"
import { RawClient } from "./raw-client.js"
import { SECRET } from "./running-engine.js"

type When = "before" | "after"

/** A site that greets by sockets of its own, on the server that an engine is attached to. */
async function startSite(own: ServerOptions, when: When) {
  const engine = createEngine(
    { client: { allow_anonymous_connect_without_token: true, token: { hmac_secret_key: SECRET } } },
    { log: pino({ level: "silent" }) },
  )
  const server = createServer()
  if (when === "after") engine.attach(server)
  const sockets = new WebSocketServer(own.noServer ? own : { ...own, server })
  sockets.on("connection", (socket) => socket.send("hello from the site"))
  if (when === "before") engine.attach(server)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("not listening")
  return {
    engine,
    server,
    url: `ws://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      await engine.close()
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      server.close()
      await once(server, "close")
    },
  }
}

async function greeting(url: string): Promise<string> {
  const socket = new WebSocket(url)
  const [data] = await once(socket, "message")
  socket.terminate()
  return String(data)
}

async function connectsAt(url: string): Promise<void> {
  const socket = await RawClient.open(`${url}/connection/websocket`, {})
  socket.send({ id: 1, connect: {} })
  expect(await socket.next()).toMatchObject({ connect: {} })
  socket.terminate()
}

describe.each<[string, ServerOptions]>([
  ["with a path", { path: "/chat" }],
  ["without a path", {}],
])("a site's WebSocketServer on the same server, %s", (_, options) => {
  test.each<When>(["before", "after"])("goes on when it is there %s the engine", async (when) => {
    await using site = await startSite(options, when)
    expect(await greeting(`${site.url}/chat`)).toBe("hello from the site")
    await connectsAt(site.url)
    expect(await greeting(`${site.url}/chat?room=1`)).toBe("hello from the site")
  })

  test("goes on when the engine is closed", async () => {
    await using site = await startSite(options, "before")
    await site.engine.close()
    expect(await greeting(`${site.url}/chat`)).toBe("hello from the site")
  })
})

describe("a request that would rather be of another protocol", () => {
  const order = JSON.stringify({ tea: "x".repeat(100_000) })
  // As Java's HTTP client sends it.
  const head =
    "POST /orders HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" +
    `HTTP2-Settings: AAEAAEAA\r\nContent-Length: ${order.length}\r\n\r\n`

  test("is answered by the site in the one that it came in, and so are those behind it", async () => {
    const orders: unknown[] = []
    await using site = await startSite({ noServer: true }, "before")
    site.server.on("request", async (request, response) => {
      orders.push(await json(request))
      response.end(`order ${orders.length} is taken`)
    })
    const socket = connect(Number(new URL(site.url).port), "127.0.0.1")
    const answers = new Queue<string>()
    socket.on("data", (data) => answers.push(data.toString()))
    socket.write(head)
    socket.write(order)
    expect(await answers.next()).toMatch(/^HTTP\/1.1 200 OK\r\n.*order 1 is taken$/s)
    socket.write(head + order)
    expect(await answers.next()).toMatch(/^HTTP\/1.1 200 OK\r\n.*order 2 is taken$/s)
    expect(orders).toEqual([JSON.parse(order), JSON.parse(order)])
    socket.destroy()
  })
})

test("of several engines on a server, and of one attached twice, one answers what is nobody's", async () => {
  await using site = await startSite({ noServer: true }, "before")
  await using another = await startSite({ noServer: true }, "before")
  another.engine.attach(site.server)
  another.engine.attach(site.server)
  await connectsAt(site.url)
  await expect(greeting(`${site.url}/nowhere`)).rejects.toThrow("Unexpected server response: 404")
  await another.engine.close()
  await connectsAt(site.url)
  await expect(greeting(`${site.url}/nowhere`)).rejects.toThrow("Unexpected server response: 404")
  await site.engine.close()
  expect(site.server.listenerCount("upgrade")).toBe(0)
})
