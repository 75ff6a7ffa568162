import { type InstantError, type Member, type Message, useInstant } from "djangoinstant"
import { FakeClock } from "djangoinstant/testing"
import { expect, test } from "vitest"
import { z } from "zod"
import { Queue } from "../../../test/queue.js"
import { Scene } from "./scene.js"

const names = (members: readonly Member[]) => members.map(({ user }) => user).toSorted()

test("parts that ask for one channel share a subscription, and the last to leave ends it", async () => {
  using scene = await Scene.loggedIn()
  const { instant } = scene
  await instant.connect(false)
  const ended = new Queue<string>()
  await Promise.all([instant.subscribe("lobby"), instant.subscribe("$lobby")])
  const subscription = instant.getClient()?.getSubscription("$lobby")
  subscription?.on("unsubscribed", ({ channel }) => ended.push(channel))
  expect(Object.keys(instant.getClient()?.subscriptions() ?? {})).toEqual(["$lobby"])
  instant.unsubscribe("lobby")
  expect(subscription?.state).toBe("subscribed")
  instant.unsubscribe("$lobby")
  expect(await ended.next()).toBe("$lobby")
})

test("what connect subscribed stays when a part takes its own claim back", async () => {
  using scene = await Scene.connected()
  const { instant } = scene
  await instant.subscribe("lobby")
  instant.unsubscribe("lobby")
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
  instant.unsubscribe("lobby")
  expect(instant.getClient()?.getSubscription("$lobby")).toBeNull()
})

test("a channel asked for before connect is subscribed with it", async () => {
  using scene = await Scene.loggedIn()
  const { instant } = scene
  await instant.subscribe("lobby")
  await instant.connect(false)
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("a channel that was granted after the sign-in can be subscribed without signing in again", async () => {
  using scene = await Scene.loggedOut()
  const { instant, server } = scene
  server.deny("lobby")
  await instant.login("user", "secret")
  await instant.connect()
  expect([...instant.channels].map(({ name }) => name)).toEqual(["news"])
  server.allow("lobby")
  await instant.subscribe("lobby")
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("a channel that isn't the user's is denied, and nothing else changes", async () => {
  using scene = await Scene.connected()
  const { instant } = scene
  const denied = new Queue<unknown>()
  instant.onDenied(denied.push)
  await instant.subscribe("team")
  expect(await denied.next()).toMatchObject({ channel: "team", code: 103 })
  expect(instant.status).toBe("connected")
})

test("history gives the newest messages, the oldest first, and goes on from a position", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  for (const text of ["1", "2", "3"]) server.publish("lobby", text)
  const newest = await instant.history("lobby", { limit: 2 })
  expect(newest.messages.map(({ msg }) => msg)).toEqual(["2", "3"])
  expect(newest.messages[0]?.channelName).toBe("$lobby")
  for (const text of ["4", "5"]) server.publish("lobby", text)
  const next = await instant.history("lobby", { limit: 1, since: newest.position })
  expect(next.messages.map(({ msg }) => msg)).toEqual(["4"])
  const last = await instant.history("lobby", { since: next.position })
  expect(last.messages.map(({ msg }) => msg)).toEqual(["5"])
  expect((await instant.history("lobby", { since: last.position })).messages).toEqual([])
})

test("history reaches back to what came for this user alone", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  server.publishTo("user", "for you")
  const { messages } = await instant.history("@me")
  expect(messages.map(({ channelName, msg }) => `${channelName} ${msg}`)).toEqual(["@me for you"])
})

test("presence tells who is there, and who comes and goes", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  expect(names(await instant.presence("lobby"))).toEqual(["user"])

  const there = new Queue<readonly string[]>()
  const changes = new Queue<string>()
  const off = instant.onPresence("lobby", (members, { joined, left }) => {
    there.push(names(members))
    if (joined) changes.push(`${joined.user} joined`)
    if (left) changes.push(`${left.user} left`)
  })
  expect(await there.next()).toEqual(["user"])
  server.joins("lobby", "member")
  expect(await changes.nextWhere((change) => change.startsWith("member"))).toBe("member joined")
  await there.nextWhere((list) => list.includes("member"))
  server.leaves("lobby", "member")
  expect(await changes.nextWhere((change) => change.startsWith("member"))).toBe("member left")
  await there.nextWhere((list) => !list.includes("member"))
  off()
  server.joins("lobby", "member")
  expect(names(await instant.presence("lobby"))).toEqual(["member", "user"])
  expect(changes.rest).toEqual([])
})

test("a subscription that begins to watch who is there misses no message", async () => {
  using scene = await Scene.loggedIn()
  const { instant, server } = scene
  const messages = new Queue<string>()
  await instant.connect()
  instant.on("lobby", ({ msg }) => messages.push(msg))
  server.publish("lobby", "before")
  const there = new Queue<readonly string[]>()
  instant.onPresence("lobby", (members) => there.push(names(members)))
  server.publish("lobby", "meanwhile")
  await there.next()
  server.publish("lobby", "after")
  expect([await messages.next(), await messages.next(), await messages.next()]).toEqual([
    "before",
    "meanwhile",
    "after",
  ])
})

test("publish reaches the others where the server allows it, and rejects where it doesn't", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const member = useInstant(server.anotherBrowser())
  const heard = new Queue<Message>()
  member.on("lobby", heard.push)
  await member.init(server.url)
  await member.login("member", "secret")
  await member.connect()
  await instant.publish("lobby", "Hello", { eventClass: "chat", data: { by: "user" } })
  expect(await heard.next()).toMatchObject({
    msg: "Hello",
    eventClass: "chat",
    data: { by: "user" },
    channelName: "$lobby",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  member.destroy()

  server.answer("publish", { error: { code: 103, message: "permission denied" } })
  await expect(instant.publish("lobby", "Hello")).rejects.toMatchObject({
    kind: "request",
    code: 103,
  })
})

test("a call for history before there is a connection says what to do", async () => {
  await expect(useInstant().history("lobby")).rejects.toMatchObject({ kind: "usage" })
})

test("data that isn't as declared is told to onError, and no handler sees it", async () => {
  using scene = await Scene.loggedIn()
  const { server } = scene
  const lobby = { name: "lobby", events: { paid: z.object({ id: z.number() }) } } as const
  const instant = useInstant({ ...server.options, channels: [lobby] })
  await instant.init(server.url)
  const [paid, errors] = [new Queue<number>(), new Queue<InstantError>()]
  instant.on("lobby", (message) => paid.push(message.data.id))
  instant.onError(errors.push)
  await instant.connect()
  server.publish("lobby", "", { eventClass: "paid", data: { id: "17" } })
  expect(await errors.next()).toMatchObject({ kind: "publication", channel: "$lobby" })
  server.publish("lobby", "", { eventClass: "unheard of" })
  expect((await errors.next()).message).toContain('no event class "unheard of" is declared')
  server.publish("lobby", "", { eventClass: "paid", data: { id: 17 } })
  expect(await paid.next()).toBe(17)
  expect(paid.rest).toEqual([])
  instant.destroy()
})

test("destroy closes the connection, and nobody is told anything any more", async () => {
  using clock = FakeClock.install()
  using scene = await Scene.connected()
  const { instant, server } = scene
  const heard: unknown[] = []
  instant.onMessage((message) => heard.push(message))
  instant.onStatus((status) => heard.push(status))
  const client = instant.getClient()
  instant.destroy()
  expect(client?.state).toBe("disconnected")
  expect(instant.ready).toBe(false)
  server.publish("lobby", "after")
  await clock.advance(60_000)
  expect(heard).toEqual(["idle"])
  expect(server.connections).toBe(0)
})

test("what the application reports goes to onError, as an error of its own kind", async () => {
  const instant = useInstant()
  const errors: InstantError[] = []
  instant.onError((error) => errors.push(error))
  instant.report(new Error("of the application"))
  expect(errors).toMatchObject([{ kind: "handler", message: "of the application" }])
})
