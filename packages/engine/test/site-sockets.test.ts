import { once } from "node:events"
import { createServer } from "node:http"
import { pino } from "pino"
import { describe, expect, test } from "vitest"
import { type ServerOptions, WebSocket, WebSocketServer } from "ws"
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
  const sockets = new WebSocketServer({ ...own, server })
  sockets.on("connection", (socket) => socket.send("hello from the site"))
  if (when === "before") engine.attach(server)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("not listening")
  return {
    engine,
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
