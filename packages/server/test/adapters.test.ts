import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import { text } from "node:stream/consumers"
import { getRequestListener } from "@hono/node-server"
import express from "express"
import { fastify } from "fastify"
import { Hono } from "hono"
import { compress } from "hono/compress"
import Koa from "koa"
import { afterEach, describe, expect, test } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import { expressInstant, expressRequest } from "../src/adapters/express.js"
import { fastifyInstant, fastifyRequest } from "../src/adapters/fastify.js"
import { honoContext, honoInstant } from "../src/adapters/hono.js"
import { koaContext, koaInstant } from "../src/adapters/koa.js"
import { nodeHandler } from "../src/adapters/node.js"
import type { Authenticate, Instant, InstantUser } from "../src/index.js"
import { AdminApi } from "./admin-api.js"
import { Browser, refusalOf } from "./browser.js"
import { PASSWORD, RunningServer, SECRETS } from "./running-server.js"

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** Mounts an instance on an app whose parsers run first, and whose middleware says who calls. */
interface Framework {
  readonly mount: (instant: Instant) => Listener | Promise<Listener>
  /** Reads what the middleware said of the caller. */
  readonly authenticate: Authenticate
}

const CALLER = "X-Caller"

function userNamed(name: unknown): InstantUser | null {
  if (typeof name !== "string") return null
  return { id: name, name, staff: false, superuser: false, groups: [] }
}

const frameworks: Readonly<Record<string, Framework>> = {
  express: {
    mount(instant) {
      const app = express()
      app.use(express.json(), express.urlencoded(), express.text(), express.raw())
      app.use((request, response, next) => {
        response.locals.caller = request.get(CALLER)
        response.set("X-App", "yes")
        next()
      })
      app.use(expressInstant(instant))
      app.post("/own", ({ body }, response) => void response.json(body))
      return app
    },
    authenticate: (_, environment) =>
      userNamed(expressRequest(environment).res?.locals.caller as unknown),
  },
  fastify: {
    async mount(instant) {
      const app = fastify()
      app.decorateRequest("caller", "")
      app.addHook("onRequest", async (request, reply) => {
        request.setDecorator("caller", request.headers[CALLER.toLowerCase()])
        reply.header("X-App", "yes")
      })
      app.register(fastifyInstant(instant))
      app.post("/own", ({ body }) => body)
      await app.ready()
      return app.routing
    },
    authenticate: (_, environment) =>
      userNamed(fastifyRequest(environment).getDecorator<unknown>("caller")),
  },
  hono: {
    mount(instant) {
      const app = new Hono<{ Variables: { caller: string | undefined } }>()
      app.use(async (context, next) => {
        // As a validator before it would read the body.
        if (context.req.header("Content-Type") === "application/json") {
          await context.req.json().catch(() => undefined)
        }
        context.set("caller", context.req.header(CALLER))
        await next()
        context.header("X-App", "yes")
      })
      app.use(honoInstant(instant))
      app.post("/own", async (context) => context.json(await context.req.json()))
      return getRequestListener(app.fetch)
    },
    authenticate: (_, environment) => userNamed(honoContext(environment).get("caller")),
  },
  koa: {
    mount(instant) {
      const app = new Koa()
      app.use(async (context, next) => {
        const parts = []
        for await (const part of context.req) parts.push(part)
        const text = Buffer.concat(parts).toString()
        const isJson = context.is("json") === "json"
        Object.assign(context.request, { body: isJson ? parsed(text) : text })
        context.state.caller = context.get(CALLER) || undefined
        context.set("X-App", "yes")
        await next()
      })
      app.use(koaInstant(instant))
      app.use((context) => {
        if (context.path === "/own" && "body" in context.request)
          context.body = context.request.body
      })
      return app.callback()
    },
    authenticate: (_, environment) => userNamed(koaContext(environment).state.caller),
  },
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(listener: Listener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("not listening")
  return `http://127.0.0.1:${address.port}`
}

/** Signs in with a body whose length isn't told before it. */
function inChunks(url: string): Promise<Response> {
  const credentials = JSON.stringify({ username: "user", password: PASSWORD })
  const init = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: new Blob([credentials]).stream(),
    duplex: "half",
  }
  return fetch(url, init)
}

describe.each(Object.entries(frameworks))("mounted on %s", (_, { mount, authenticate }) => {
  test("an endpoint reads a body that a parser has read before, whole or in chunks", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("user", { password: PASSWORD })
    const browser = new Browser(await serve(await mount(server.instant)))
    const response = await browser.login("user", PASSWORD)
    expect([response.status, response.headers.get("X-App")]).toEqual([200, "yes"])
    expect(response.headers.getSetCookie()).toHaveLength(2)
    expect((await browser.login("user", "wrong")).status).toBe(403)
    const body = { channel: "$users", data: "x".repeat(100_000) }
    const published = await browser.fetch("/instant/api/publish", {
      body,
      headers: { "X-API-Key": SECRETS.apiKey },
    })
    expect(await published.json()).toMatchObject({ result: {} })
    const chunked = await inChunks(`${browser.url}/instant/login/`)
    expect(chunked.status).toBe(200)
  })

  test("other types of body are refused as ever, and an empty one is empty", async () => {
    await using server = await RunningServer.start()
    const user = await server.signedIn("user")
    const browser = new Browser(await serve(await mount(server.instant)))
    for (const type of ["application/x-www-form-urlencoded", "text/plain"]) {
      const headers = { "Content-Type": type }
      const response = await browser.fetch("/instant/login/", { body: "username=user", headers })
      expect(await refusalOf(response)).toBe("415 not_json")
    }
    for (const [name, value] of user.cookies) browser.cookies.set(name, value)
    expect((await browser.fetch("/instant/subscribe/")).status).toBe(200)
  })

  test("authenticate hears of the framework's own request", async () => {
    await using server = await RunningServer.start({ authenticate })
    const browser = new Browser(await serve(await mount(server.instant)))
    const headers = { [CALLER]: "caller" }
    expect((await browser.fetch("/instant/get_token/", { headers })).status).toBe(200)
    const stranger = await browser.fetch("/instant/get_token/")
    expect(await refusalOf(stranger)).toBe("403 not_signed_in")
    // The server itself is mounted without the framework, of whose request there is none.
    const elsewhere = await server.browser().fetch("/instant/get_token/")
    expect(await refusalOf(elsewhere)).toBe("500 internal")
    expect(server.log.join("")).toMatch(
      /did not come through \w+Instant\(\): mount Instant with it/,
    )
  })

  test("the admin is there, with all its methods", async () => {
    await using server = await RunningServer.start()
    const url = await serve(await mount(server.instant))
    const admin = await AdminApi.of(server, "root", url)
    const name = "a/b c"
    await admin.ask("POST", "channels", { name, level: "public" })
    const path = `channels/${encodeURIComponent(name)}`
    expect(await admin.ask("PATCH", path, { isActive: false })).toMatchObject({ isActive: false })
    expect(await admin.ask("DELETE", path)).toEqual({})
    expect((await fetch(`${url}/instant/health`)).status).toBe(200)
  })

  test("the app's routes are its own", async () => {
    await using server = await RunningServer.start()
    const browser = new Browser(await serve(await mount(server.instant)))
    const own = await browser.fetch("/own", { body: { a: 1 } })
    expect(await own.json()).toEqual({ a: 1 })
    for (const path of ["/health", "/api/publish", "/instantly", "/"]) {
      const response = await browser.fetch(path, { method: "GET" })
      expect([response.status, response.headers.get("Cache-Control")]).toEqual([404, null])
    }
  })

  test("a peer's address is passed on", async () => {
    const addresses: unknown[] = []
    await using server = await RunningServer.start({
      authenticate: (_, { incoming }) => {
        addresses.push(incoming?.socket.remoteAddress)
        return null
      },
    })
    const browser = new Browser(await serve(await mount(server.instant)))
    await browser.fetch("/instant/get_token/")
    expect(addresses).toEqual(["127.0.0.1"])
  })

  test("a stream arrives while it goes on", async () => {
    const engineConfig = { sse: { enabled: true } }
    await using server = await RunningServer.start({ engineConfig, anonymousAccess: true })
    const browser = new Browser(await serve(await mount(server.instant)))
    const { ws_token } = await browser.tokens()
    const connect = JSON.stringify({ id: 1, connect: { token: ws_token } })
    const stream = await fetch(
      `${browser.url}/connection/sse?cf_connect=${encodeURIComponent(connect)}`,
    )
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toMatch(/"connect":\{"client"/)
    await reader?.cancel()
    await expect.poll(() => server.instant.engine.stats().connections).toBe(0)
  })
})

/** A request that names no host, as HAProxy checks servers. */
const HOSTLESS = "GET /instant/health HTTP/1.0\r\n\r\n"
const BROKEN_OFF =
  "POST /instant/login/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
  'Expect: 100-continue\r\nContent-Length: 100\r\n\r\n{"username":'

function socketTo(url: string): Socket {
  return connect(Number(new URL(url).port), "127.0.0.1")
}

describe("mounted on hono", () => {
  test("a stream isn't held back by middleware that compresses", async () => {
    const engineConfig = { http_stream: { enabled: true } }
    await using server = await RunningServer.start({ engineConfig, anonymousAccess: true })
    const app = new Hono().use(compress(), honoInstant(server.instant))
    const browser = new Browser(await serve(getRequestListener(app.fetch)))
    const { ws_token } = await browser.tokens()
    const connected = await fetch(`${browser.url}/connection/http_stream`, {
      method: "POST",
      headers: { "Accept-Encoding": "gzip" },
      body: JSON.stringify({ id: 1, connect: { token: ws_token } }),
    })
    const reader = connected.body?.pipeThrough(new TextDecoderStream()).getReader()
    const first = await withDeadline("the connect reply", Promise.resolve(reader?.read()))
    expect(first?.value).toMatch(/"connect":\{"client"/)
    await reader?.cancel()
  })
})

describe("mounted on node:http", () => {
  test("a request of HTTP/1.0 needs no host", async () => {
    await using server = await RunningServer.start()
    const socket = socketTo(await serve(nodeHandler(server.instant)))
    socket.write(HOSTLESS)
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK\r\n.*"alive"/s)
  })

  test("a client that goes in the middle of its body is no error", async () => {
    await using server = await RunningServer.start()
    const socket = socketTo(await serve(nodeHandler(server.instant)))
    socket.write(BROKEN_OFF)
    await once(socket, "data")
    socket.destroy()
    const logged = () => server.log.map((line): unknown => JSON.parse(line))
    const broken = { level: 20, path: "/instant/login", msg: "a request broke off" }
    await expect.poll(logged).toContainEqual(expect.objectContaining(broken))
    expect(logged()).not.toContainEqual(expect.objectContaining({ level: 50 }))
  })

  test("what isn't Instant's is answered with 404 when nothing follows", async () => {
    await using server = await RunningServer.start()
    const url = await serve(nodeHandler(server.instant))
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404)
    expect((await fetch(`${url}/instant/get_token/`)).status).toBe(403)
  })

  test("a body may come in chunks", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("user", { password: PASSWORD })
    const url = await serve(nodeHandler(server.instant))
    expect((await inChunks(`${url}/instant/login/`)).status).toBe(200)
  })

  test("the app keeps the Request and the Response that it knows", async () => {
    await using server = await RunningServer.start()
    const before = [globalThis.Request, globalThis.Response]
    nodeHandler(server.instant)
    expect([globalThis.Request, globalThis.Response]).toEqual(before)
  })
})
