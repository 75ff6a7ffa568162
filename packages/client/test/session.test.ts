import { useInstant } from "djangoinstant"
import { FakeServer } from "djangoinstant/testing"
import { expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { Scene } from "./scene.js"

test("init, login, get_token, connect: the order of the README receives events", async () => {
  const server = new FakeServer()
  const instant = useInstant(server.options)
  const messages = new Queue<string>()
  instant.onMessage((message) => messages.push(message.msg))

  await instant.init(server.url, server.url.replace("http", "ws"))
  await instant.login("user", "secret")
  await instant.get_token()
  await instant.connect()
  server.publish("public", "Hello")

  expect(await messages.next()).toBe("Hello")
  instant.destroy()
})

test("init, login, init, connect: the order that 0.5.0 needed works too", async () => {
  using scene = await Scene.loggedIn()
  await scene.instant.init(scene.server.url)
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("init alone is enough for a visitor who is logged in already", async () => {
  using scene = await Scene.loggedIn()
  const instant = useInstant(scene.server.options)
  await instant.init(scene.server.url)
  expect(instant.ready).toBe(true)
  expect(await instant.onReady).toBe(true)
})

test("where fetch keeps no cookies they are kept for it, until they end", async () => {
  const server = new FakeServer()
  const lines = [
    "sessionid=one; HttpOnly; Path=/; SameSite=Lax",
    "csrftoken=abc; Path=/; expires=Fri, 01 Jan 2100 00:00:00 GMT",
    "csrftoken=; Path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "sessionid=; Path=/; Max-Age=0",
  ]
  const sent: unknown[] = []
  const instant = useInstant({
    websocket: server.options.websocket,
    fetch: async (url, request) => {
      sent.push(new Headers(request?.headers).get("cookie"))
      const response = await server.options.fetch(url, request)
      response.headers.append("Set-Cookie", lines.shift() ?? "other=1")
      return response
    },
  })
  await instant.init(server.url)
  for (const _ of ["csrftoken", "none", "none"]) await instant.login("user", "secret")
  await instant.login("user", "secret")
  expect(sent).toEqual([
    null,
    "sessionid=one",
    "sessionid=one; csrftoken=abc",
    "sessionid=one",
    null,
  ])
})

test("connect fetches the tokens itself, and fails when nobody is logged in", async () => {
  using scene = await Scene.loggedOut()
  await expect(scene.instant.connect()).rejects.toMatchObject({ kind: "backend", code: 403 })
  expect(scene.instant.ready).toBe(false)
  expect(scene.instant.getClient()).toBeUndefined()
  scene.server.loginElsewhere("user")
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("nothing works before init, and the error says so", async () => {
  const instant = useInstant()
  await expect(instant.connect()).rejects.toThrow("Call init(backendUrl, websocketsUrl) first")
  await expect(instant.login("user", "secret")).rejects.toMatchObject({ kind: "usage" })
})

test("members may be taken apart", async () => {
  const server = new FakeServer()
  const { init, login, channels, connect, destroy } = useInstant(server.options)
  await init(server.url)
  await login("user", "secret")
  await connect()
  expect([...channels].map(({ name }) => name)).toEqual(["public"])
  destroy()
})

test("a wrong password is refused with the backend's words, and the user of before stays", async () => {
  using scene = await Scene.connected()
  const words = "There is no active user with this name and password"
  await expect(scene.instant.login("staff", "wrong")).rejects.toMatchObject({
    kind: "backend",
    code: 403,
    message: `${scene.server.url}/instant/login/ answered 403: ${words}`,
  })
  expect(scene.instant.ready).toBe(true)
  expect(scene.instant.status).toBe("connected")
})

test("another login replaces channels and client, and connects as the new user", async () => {
  using scene = await Scene.connected({
    channels: [
      { name: "news", level: "groups", groups: ["readers"] },
      { name: "vitals", level: "superuser" },
    ],
    users: { user: { groups: ["readers"] }, superuser: { superuser: true } },
  })
  const { instant, server } = scene
  const before = instant.getClient()
  expect(Object.keys(before?.subscriptions() ?? {})).toEqual(["$news"])
  await instant.login("superuser", "secret")
  expect(instant.status).toBe("idle")
  expect(before?.state).toBe("disconnected")
  await instant.connect()

  expect(instant.getClient()).not.toBe(before)
  expect([...instant.channels].map(({ name }) => name)).toEqual(["$vitals"])
  expect(Object.keys(instant.getClient()?.subscriptions() ?? {})).toEqual(["$vitals"])
  expect(server.connections).toBe(1)
})

test("get_token replaces the client when another user is logged in now", async () => {
  using scene = await Scene.connected()
  const before = scene.instant.getClient()
  await scene.instant.get_token()
  expect(scene.instant.getClient()).toBe(before)
  scene.server.loginElsewhere("staff")
  await scene.instant.get_token()
  expect(scene.instant.getClient()).not.toBe(before)
  expect(scene.instant.status).toBe("idle")
})

test("two inits at once leave one working client", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  await Promise.all([instant.init(server.url), instant.init(server.url)])
  await instant.connect()
  expect(server.connections).toBe(1)
})

test("logout ends the session with the CSRF token, closes the connection and tells", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const reasons = new Queue<string>()
  instant.onLoggedOut(reasons.push)
  const [client, { csrfToken }] = [instant.getClient(), instant]
  await instant.logout()

  expect(await reasons.next()).toBe("logout called")
  expect(instant.status).toBe("loggedOut")
  expect(instant.ready).toBe(false)
  expect(instant.channels.size).toBe(0)
  expect(instant.getClient()).toBeUndefined()
  expect(client?.state).toBe("disconnected")
  const { headers } = await server.requests.next(({ endpoint }) => endpoint === "logout/")
  expect(headers["x-csrftoken"]).toBe(csrfToken)
  await expect(instant.get_token()).rejects.toMatchObject({ code: 403 })
})

test("logout works when another tab has changed the CSRF token", async () => {
  using scene = await Scene.connected()
  scene.server.loginElsewhere("user")
  await scene.instant.logout()
  await expect(scene.instant.get_token()).rejects.toMatchObject({ code: 403 })
})

test("logout of a session that is over already is no error", async () => {
  using scene = await Scene.connected()
  scene.server.endSession("user")
  await scene.instant.logout()
  expect(scene.instant.status).toBe("loggedOut")
})

test("logout that the backend fails to do rejects, and the connection is closed all the same", async () => {
  using scene = await Scene.connected()
  scene.server.answer("logout/", { status: 500 })
  await expect(scene.instant.logout()).rejects.toMatchObject({ code: 500 })
  expect(scene.instant.status).toBe("loggedOut")
})

test("a login after a logout works on the same object", async () => {
  using scene = await Scene.connected()
  await scene.instant.logout()
  await scene.instant.login("user", "secret")
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("a backend that is down is named in the error", async () => {
  const server = new FakeServer()
  server.refuse()
  await expect(useInstant(server.options).init(server.url)).rejects.toMatchObject({
    name: "InstantError",
    kind: "backend",
    code: 0,
    message: expect.stringContaining(`${server.url}/instant/get_token/ cannot be reached`),
  })
})

test.each([
  ["a page", "<html>"],
  ["no tokens", { channels: [] }],
  ["no channels", { ws_token: "a", csrf_token: "b" }],
  ["a channel without token", { ws_token: "a", csrf_token: "b", channels: [{ name: "news" }] }],
])("an answer that is %s is refused", async (_, body) => {
  const server = new FakeServer()
  server.answer("get_token/", { status: 200, body })
  await expect(useInstant(server.options).init(server.url)).rejects.toThrow(
    "is this the address of the backend?",
  )
})

test("without a websocket address the backend's own counts", async () => {
  using scene = await Scene.loggedOut()
  await scene.instant.init(`${scene.server.url}/`)
  await scene.instant.login("user", "secret")
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("without a websocket address what the backend says comes first", async () => {
  const urls: string[] = []
  const server = new FakeServer({ websocketsUrl: "wss://elsewhere.test" })
  class Watched extends server.options.websocket {
    constructor(url: string) {
      urls.push(url)
      super(url.replace("elsewhere", "instant"))
    }
  }
  const instant = useInstant({ ...server.options, websocket: Watched })
  await instant.init(server.url)
  await instant.login("user", "secret")
  await instant.connect()
  expect(urls).toEqual(["wss://elsewhere.test/connection/websocket"])
  instant.destroy()
})
