import { useInstant } from "djangoinstant"
import { expect, test } from "vitest"
import { FakeBackend } from "./fake-backend.js"
import { Queue } from "./queue.js"
import { envelope, Scene } from "./scene.js"

test("init, login, get_token, connect: the order of the README receives events", async () => {
  await using backend = await FakeBackend.start()
  const instant = useInstant()
  const messages = new Queue<string>()
  instant.onMessage((message) => messages.push(message.msg))

  await instant.init(backend.url, backend.websocketsUrl)
  await instant.login("user", "secret")
  await instant.get_token()
  await instant.connect()
  backend.realtime.publish("news", envelope("Hello"))

  expect(await messages.next()).toBe("Hello")
  instant.getClient()?.disconnect()
})

test("init, login, init, connect: the order that 0.5.0 needed works too", async () => {
  await using scene = await Scene.loggedIn()
  await scene.instant.init(scene.backend.url, scene.backend.websocketsUrl)
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("init alone is enough for a visitor who is logged in already", async () => {
  await using scene = await Scene.loggedOut()
  const { headers } = await scene.backend.requests.next()
  scene.backend.sessions.set("elsewhere", "user")
  const withCookie: typeof fetch = (url, request) =>
    fetch(url, { ...request, headers: { ...request?.headers, cookie: "sessionid=elsewhere" } })
  const instant = useInstant({ fetch: withCookie })
  await instant.init(scene.backend.url, scene.backend.websocketsUrl)
  expect(instant.ready).toBe(true)
  expect(await instant.onReady).toBe(true)
  expect(headers.cookie).toBeUndefined()
})

test("connect fetches the tokens itself when only init was called before the login elsewhere", async () => {
  await using scene = await Scene.loggedOut()
  await expect(scene.instant.connect()).rejects.toMatchObject({ kind: "backend", code: 403 })
  expect(scene.instant.ready).toBe(false)
  expect(scene.instant.getClient()).toBeUndefined()
})

test("nothing works before init, and the error says so", async () => {
  const instant = useInstant()
  await expect(instant.connect()).rejects.toThrow("Call init(backendUrl, websocketsUrl) first")
  await expect(instant.login("user", "secret")).rejects.toMatchObject({ kind: "usage" })
})

test("members may be taken apart", async () => {
  await using backend = await FakeBackend.start()
  const { init, login, channels, connect, getClient } = useInstant()
  await init(backend.url, backend.websocketsUrl)
  await login("user", "secret")
  await connect()
  expect([...channels].map(({ name }) => name)).toEqual(["news", "$lobby"])
  getClient()?.disconnect()
})

test("a wrong password is refused with the backend's words, and the user of before stays", async () => {
  await using scene = await Scene.connected()
  await expect(scene.instant.login("staff", "wrong")).rejects.toMatchObject({
    kind: "backend",
    code: 403,
    message: `${scene.backend.url}/instant/login/ answered 403: Wrong user name or password`,
  })
  expect(scene.instant.ready).toBe(true)
  expect(scene.instant.status).toBe("connected")
})

test("another login replaces channels and client, and connects as the new user", async () => {
  await using scene = await Scene.connected()
  const { instant, realtime, backend } = scene
  const before = instant.getClient()
  backend.channels = [{ name: "$vitals", level: "superuser" }]
  await instant.login("superuser", "secret")
  expect(instant.status).toBe("idle")
  expect(before?.state).toBe("disconnected")
  await instant.connect()

  expect(instant.getClient()).not.toBe(before)
  expect([...instant.channels].map(({ name }) => name)).toEqual(["$vitals"])
  expect(Object.keys(instant.getClient()?.subscriptions() ?? {})).toEqual(["$vitals"])
  expect(realtime.connections).toBe(1)
})

test("get_token replaces the client when another user is logged in now", async () => {
  await using scene = await Scene.connected()
  const before = scene.instant.getClient()
  await scene.instant.get_token()
  expect(scene.instant.getClient()).toBe(before)
  for (const id of scene.backend.sessions.keys()) scene.backend.sessions.set(id, "staff")
  await scene.instant.get_token()
  expect(scene.instant.getClient()).not.toBe(before)
  expect(scene.instant.status).toBe("idle")
})

test("two inits at once leave one working client", async () => {
  await using scene = await Scene.loggedIn()
  const { instant, backend } = scene
  await Promise.all([
    instant.init(backend.url, backend.websocketsUrl),
    instant.init(backend.url, backend.websocketsUrl),
  ])
  await instant.connect()
  expect(backend.realtime.connections).toBe(1)
})

test("logout ends the session with the CSRF token, closes the connection and tells", async () => {
  await using scene = await Scene.connected()
  const { instant, backend } = scene
  const reasons = new Queue<string>()
  instant.onLoggedOut(reasons.push)
  const client = instant.getClient()
  await instant.logout()

  expect(await reasons.next()).toBe("logout called")
  expect(instant.status).toBe("loggedOut")
  expect(instant.ready).toBe(false)
  expect(instant.channels.size).toBe(0)
  expect(instant.getClient()).toBeUndefined()
  expect(client?.state).toBe("disconnected")
  expect(backend.sessions.size).toBe(0)
  const { headers } = await backend.requests.nextWhere(({ path }) => path === "logout")
  expect(headers["x-csrftoken"]).toMatch(/^csrf-/)
  expect(headers.cookie).toContain("csrftoken=abc")
})

test("logout works when another tab has changed the CSRF token", async () => {
  await using scene = await Scene.connected()
  scene.backend.rotateCsrfToken()
  await scene.instant.logout()
  expect(scene.backend.sessions.size).toBe(0)
})

test("logout of a session that is over already is no error", async () => {
  await using scene = await Scene.connected()
  scene.backend.sessions.clear()
  await scene.instant.logout()
  expect(scene.instant.status).toBe("loggedOut")
})

test("logout that the backend fails to do rejects, and the connection is closed all the same", async () => {
  await using scene = await Scene.connected()
  scene.backend.answers.set("logout", { status: 500, body: "" })
  await expect(scene.instant.logout()).rejects.toMatchObject({ code: 500 })
  expect(scene.instant.status).toBe("loggedOut")
})

test("a login after a logout works on the same object", async () => {
  await using scene = await Scene.connected()
  await scene.instant.logout()
  await scene.instant.login("user", "secret")
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("a backend that is down is named in the error", async () => {
  const backend = await FakeBackend.start()
  const { url } = backend
  await backend[Symbol.asyncDispose]()
  await expect(useInstant().init(url)).rejects.toMatchObject({
    name: "InstantError",
    kind: "backend",
    code: 0,
    message: expect.stringContaining(`${url}/instant/get_token/ cannot be reached`),
  })
})

test.each([
  ["a page", "<html>"],
  ["no tokens", `{"channels": []}`],
  ["no channels", `{"ws_token": "a", "csrf_token": "b"}`],
  ["a channel without token", `{"ws_token":"a","csrf_token":"b","channels":[{"name":"news"}]}`],
])("an answer that is %s is refused", async (_, body) => {
  await using backend = await FakeBackend.start()
  backend.answers.set("get_token", { status: 200, body })
  await expect(useInstant().init(backend.url)).rejects.toThrow(
    "is this the address of the backend?",
  )
})

test("without a websocket address the backend's own counts", async () => {
  await using scene = await Scene.loggedOut()
  await scene.instant.init(`${scene.backend.url}/`)
  await scene.instant.login("user", "secret")
  await scene.instant.connect()
  expect(scene.instant.status).toBe("connected")
})

test("without a websocket address what the backend says comes first", async () => {
  await using scene = await Scene.loggedOut()
  await using elsewhere = await FakeBackend.start()
  scene.backend.websocketUrl = elsewhere.websocketsUrl
  await scene.instant.init(scene.backend.url)
  await scene.instant.login("user", "secret")
  await scene.instant.connect()
  expect(elsewhere.realtime.connections).toBe(1)
  expect(scene.realtime.connections).toBe(0)
})
