import { type Instant, useInstant } from "djangoinstant"
import { FakeClock, FakeServer } from "djangoinstant/testing"
import { expect, test } from "vitest"
import { Scene } from "./scene.js"

/** What the client hears, in order. */
function heardBy(instant: Instant): string[] {
  const heard: string[] = []
  instant.onMessage(({ channelName, msg }) => heard.push(`${channelName} ${msg}`))
  return heard
}

test("the README's example receives its event", async () => {
  using clock = FakeClock.install()
  const server = new FakeServer({ channels: [{ name: "orders", level: "users" }] })
  const instant = useInstant(server.options)
  const paid: unknown[] = []
  instant.on({ channel: "orders", eventClass: "paid" }, ({ data }) => paid.push(data))
  await instant.init(server.url)
  await instant.login("ann", "secret")
  await instant.connect()
  server.publish("orders", "Order 17 paid", { eventClass: "paid", data: { id: 17 } })
  await clock.advance(0)
  expect(paid).toEqual([{ id: 17 }])
  instant.destroy()
})

test("a user's own password and groups count, and everybody else has the password secret", async () => {
  const server = new FakeServer({
    channels: [
      { name: "team", level: "groups", groups: ["team"] },
      { name: "news", level: "public" },
    ],
    users: { ann: { password: "hers", groups: ["team"] } },
  })
  const [ann, bob] = [useInstant(server.options), useInstant(server.anotherBrowser())]
  await Promise.all([ann.init(server.url), bob.init(server.url)])
  await expect(ann.login("ann", "secret")).rejects.toMatchObject({ code: 403 })
  await ann.login("ann", "hers")
  await bob.login("bob", "secret")
  const names = ({ channels }: Instant) => [...channels].map(({ name }) => name)
  expect([names(ann), names(bob)]).toEqual([["$team", "news"], ["news"]])
})

test("an anonymous visitor gets the public channels where that is allowed", async () => {
  using clock = FakeClock.install()
  const server = new FakeServer({
    channels: [
      { name: "news", level: "public" },
      { name: "orders", level: "users" },
    ],
    anonymousAccess: true,
  })
  const instant = useInstant(server.options)
  const heard = heardBy(instant)
  await instant.init(server.url)
  await instant.connect()
  server.publish("news", "for all")
  server.publish("orders", "for users")
  await clock.advance(0)
  expect(heard).toEqual(["news for all"])
  instant.destroy()
})

test("what the server refuses stays away until it accepts: requests and connections", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const heard = heardBy(instant)
  server.refuse()
  server.publish("news", "missed")
  await clock.advance(60_000)
  expect(server.connections).toBe(0)
  expect(instant.status).toBe("reconnecting")
  await expect(instant.get_token()).rejects.toThrow("refuses everything")
  server.accept()
  await clock.advance(1_000)
  expect(heard).toEqual(["news missed"])
})

test("a stalled connection is deaf both ways until it resumes, and new ones get through", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const another = useInstant(server.anotherBrowser())
  const [heard, elsewhere] = [heardBy(instant), heardBy(another)]
  server.stall()
  await another.init(server.url)
  await another.login("another", "secret")
  await another.connect()
  const asked = instant.presence("news")
  server.publish("news", "1")
  await clock.advance(1_000)
  expect([heard, elsewhere]).toEqual([[], ["news 1"]])
  server.resume()
  expect(await asked).toHaveLength(2)
  expect(heard).toEqual(["news 1"])
  expect(instant.status).toBe("connected")
  another.destroy()
})

test("a stalled connection is given up when no ping comes, and nothing is lost", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const heard = heardBy(instant)
  server.stall()
  server.publish("news", "1")
  await clock.advance(60_000)
  expect(heard).toEqual(["news 1"])
  server.resume()
  await clock.advance(60_000)
  expect(heard).toEqual(["news 1"])
  expect(server.connections).toBe(1)
})

test("a client that answers no ping is ended", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { websocket } = scene.server.options
  const ends: unknown[] = []
  const url = `${scene.server.url.replace("http", "ws")}/connection/websocket`
  const token = await tokenOf(scene.server)
  // The fake's class has the interface of the browsers'.
  const socket = new websocket(url) as WebSocket
  socket.onclose = ({ code, reason, wasClean }) => ends.push([code, reason, wasClean])
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, connect: { token } }))
  await clock.advance(60_000)
  expect(ends).toEqual([[3012, "no pong", true]])
})

test("who has joined is present and told, until they leave", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const there: string[] = []
  server.joins("lobby", "bob")
  instant.onPresence("lobby", (members) => there.push(members.map(({ user }) => user).join()))
  await clock.advance(0)
  server.joins("lobby", "eve")
  server.leaves("lobby", "bob")
  await clock.advance(0)
  expect(there.at(-1)).toBe("user,eve")
  expect(() => server.leaves("lobby", "bob")).toThrow("bob has not joined $lobby")
})

test("a subscription or connection whose token isn't renewed ends, some time after", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected({ tokenLifetime: 60 })
  const { instant, server } = scene
  const statuses: string[] = []
  instant.onStatus((status, reason) => statuses.push(`${status}: ${reason}`))
  server.answer("refresh", "silence")
  await clock.advance(120_000)
  expect(statuses).toContain("reconnecting: connection expired")
  expect(instant.status).toBe("connected")
})

test("expired tokens are refused, and live connections are not disturbed", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const statuses: string[] = []
  instant.onStatus((status) => statuses.push(status))
  server.expireTokens()
  await clock.advance(60_000)
  expect(statuses).toEqual([])
  const before = server.requests.all.length
  server.cut()
  await clock.advance(60_000)
  expect(statuses).toEqual(["reconnecting", "connected"])
  const asked = server.requests.all.slice(before).map(({ endpoint }) => endpoint)
  expect(new Set(asked)).toEqual(new Set(["get_token/", "subscribe/"]))
})

test("answers replace the server's own until they are taken back", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const off = server.answer("history:$lobby", { error: { code: 108, message: "not available" } })
  const publications = [{ offset: 7, data: { channel: "news", site: "", message: "made up" } }]
  server.answer("history:news", { result: { publications, offset: 7, epoch: "e" } })
  await expect(instant.history("lobby")).rejects.toMatchObject({ code: 108 })
  expect((await instant.history("news")).messages[0]?.msg).toBe("made up")
  off()
  expect((await instant.history("lobby")).messages).toEqual([])
})

test("a request that gets no answer ends with its signal", async () => {
  const server = new FakeServer()
  server.answer("get_token/", "silence")
  const signal = AbortSignal.abort(new Error("given up"))
  const { fetch } = server.options
  const url = `${server.url}/instant/get_token/`
  await expect(fetch(url, { signal })).rejects.toThrow("given up")
  const controller = new AbortController()
  const asked = fetch(url, { signal: controller.signal })
  await server.requests.next()
  controller.abort(new Error("given up"))
  await expect(asked).rejects.toThrow("given up")
})

test("another server's address is out of reach, and the error names it", async () => {
  const [server, other] = [new FakeServer(), new FakeServer({ url: "https://other.test" })]
  await expect(useInstant(server.options).init(other.url)).rejects.toThrow(
    "nobody answers at https://other.test",
  )
})

test("records can be waited for, each found once", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const subscribed = server.commands.next(({ method }) => method === "subscribe")
  await instant.connect()
  expect((await subscribed).request.channel).toBe("$lobby")
  const second = await server.commands.next(({ method }) => method === "subscribe")
  expect(second).toMatchObject({ request: { channel: "news" }, user: "user" })
  expect([...server.commands]).toEqual(server.commands.all)
})

test("a history is kept for ten minutes", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  server.publish("news", "1")
  await clock.advance(599_000)
  expect((await instant.history("news")).messages).toHaveLength(1)
  await clock.advance(1_000)
  expect((await instant.history("news")).messages).toHaveLength(0)
})

async function tokenOf(server: FakeServer): Promise<string> {
  const { fetch } = server.options
  const response = await fetch(`${server.url}/instant/get_token/`)
  const { ws_token }: { readonly ws_token: string } = await response.json()
  return ws_token
}
