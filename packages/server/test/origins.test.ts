import { describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import type { Call, Tokens } from "./browser.js"
import { listen } from "./realtime.js"
import { PASSWORD, RunningServer } from "./running-server.js"

const APP = "https://app.example.com"

/** Opens a websocket from a page and answers the HTTP status of a refusal, or 101. */
function upgrade(url: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(url, { headers })
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      socket.terminate()
      resolve(101)
    })
    socket.on("unexpected-response", (_, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.on("error", reject)
  })
}

describe("an allowed origin", () => {
  test("may sign in with cookies, after a preflight", async () => {
    await using server = await RunningServer.start({ allowedOrigins: [APP] })
    await server.instant.users.add("user", { password: PASSWORD })
    const preflight = await server.browser().fetch("/instant/login/", {
      method: "OPTIONS",
      headers: {
        Origin: APP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-csrftoken",
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe(APP)
    expect(preflight.headers.get("Access-Control-Allow-Credentials")).toBe("true")
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toBe("Content-Type,X-CSRFToken")
    const response = await server.browser().fetch("/instant/login/", {
      body: { username: "user", password: PASSWORD },
      headers: { Origin: APP, "Sec-Fetch-Site": "cross-site" },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(APP)
    expect(response.headers.get("Vary")).toMatch(/Origin/)
  })

  test.each(["login", "get_token", "subscribe", "logout"])(
    "is told by a preflight that it may send cookies to %s",
    async (path) => {
      await using server = await RunningServer.start({ allowedOrigins: [APP] })
      const { status, headers } = await server.browser().fetch(`/instant/${path}/`, {
        method: "OPTIONS",
        headers: { Origin: APP, "Access-Control-Request-Method": "POST" },
      })
      expect(status).toBe(204)
      expect(headers.get("Access-Control-Allow-Origin")).toBe(APP)
      expect(headers.get("Access-Control-Allow-Credentials")).toBe("true")
      expect(headers.get("Access-Control-Allow-Methods")).toBe("GET,POST")
      expect(headers.get("Vary")).toMatch(/Origin/)
    },
  )

  const refused = [
    ["403", "get_token", {}],
    ["403", "logout", {}],
    ["405", "login", { method: "PUT" }],
    ["404", "nothing", {}],
    ["400", "login", { body: "{" }],
    ["415", "login", { body: "a=b", headers: { "Content-Type": "text/plain" } }],
    ["413", "login", { body: "x".repeat(1_048_577) }],
  ] as const
  test.each(refused)("reads the refusal %s of %s too", async (status, path, call: Call) => {
    await using server = await RunningServer.start({ allowedOrigins: [APP] })
    const response = await server.browser().fetch(`/instant/${path}/`, {
      ...call,
      headers: { ...call.headers, Origin: APP },
    })
    expect(String(response.status)).toBe(status)
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(APP)
    expect(response.headers.get("Access-Control-Allow-Credentials")).toBe("true")
    expect(response.headers.get("Vary")).toMatch(/Origin/)
    expect(response.headers.get("Cache-Control")).toBe("no-store")
  })

  test("reads that the server failed", async () => {
    await using server = await RunningServer.start({
      allowedOrigins: [APP],
      authenticate: () => Promise.reject(new Error("no session store")),
    })
    const headers = { Origin: APP }
    const response = await server.browser().fetch("/instant/get_token/", { headers })
    expect(response.status).toBe(500)
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(APP)
  })
})

describe("another origin", () => {
  test("is told nothing", async () => {
    await using server = await RunningServer.start({ allowedOrigins: [APP] })
    const headers = { Origin: "https://evil.example" }
    for (const method of ["OPTIONS", "POST"]) {
      const response = await server.browser().fetch("/instant/get_token/", { method, headers })
      expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull()
    }
  })
})

describe("a websocket", () => {
  test("opens for the server's own pages, for allowed origins and for no page", async () => {
    await using server = await RunningServer.start({ allowedOrigins: [APP] })
    const open = (headers: Record<string, string>) => upgrade(server.websocketUrl, headers)
    expect(await open({})).toBe(101)
    expect(await open({ Origin: server.url })).toBe(101)
    expect(await open({ Origin: APP })).toBe(101)
    expect(await open({ Origin: "https://evil.example" })).toBe(403)
    expect(await open({ Origin: "http://127.0.0.1:1" })).toBe(403)
  })

  test("is refused elsewhere with 404", async () => {
    await using server = await RunningServer.start()
    expect(await upgrade(`ws://127.0.0.1:${server.port}/elsewhere`, {})).toBe(404)
  })
})

describe("anonymous access", () => {
  test("gives the public channels, by a connection without a user", async () => {
    await using server = await RunningServer.start({ anonymousAccess: true })
    const tokens = await server.browser().tokens()
    expect(tokens.channels.map(({ name }) => name)).toEqual(["public"])
    const { received } = await listen(server, tokens)
    await server.instant.broadcast({ message: "hello" })
    expect((await received.next()).data.message).toBe("hello")
  })
})

describe("the websocket's URL", () => {
  test("is told when the server knows it", async () => {
    const ws_url = "wss://events.example.com"
    await using server = await RunningServer.start({ websocketUrl: ws_url, anonymousAccess: true })
    const response = await server.browser().fetch("/instant/get_token/")
    const tokens: Tokens = await response.json()
    expect(Object.keys(tokens)).toEqual(["csrf_token", "ws_token", "channels", "ws_url"])
    expect(tokens.ws_url).toBe(ws_url)
  })
})
