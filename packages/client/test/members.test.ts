import { type InstantError, type Member, type Message, useInstant } from "djangoinstant"
import { expect, test } from "vitest"
import { z } from "zod"
import { Queue } from "./queue.js"
import { RealServer } from "./real-server.js"

const names = (members: readonly Member[]) => members.map(({ user }) => user).toSorted()

test("parts that ask for one channel share a subscription, and the last to leave ends it", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
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
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect()
  await instant.subscribe("lobby")
  instant.unsubscribe("lobby")
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
  instant.unsubscribe("lobby")
  expect(instant.getClient()?.getSubscription("$lobby")).toBeNull()
})

test("a channel asked for before connect is subscribed with it", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.subscribe("lobby")
  await instant.connect(false)
  expect(instant.getClient()?.getSubscription("$lobby")?.state).toBe("subscribed")
})

test("a channel that was granted after the sign-in can be subscribed without signing in again", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect()
  await server.instant.channels.add("late", { level: "users" })
  await instant.subscribe("late")
  expect(instant.getClient()?.getSubscription("$late")?.state).toBe("subscribed")
})

test("a channel that isn't the user's is denied, and nothing else changes", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect()
  const denied = new Queue<unknown>()
  instant.onDenied(denied.push)
  await instant.subscribe("team")
  expect(await denied.next()).toMatchObject({ channel: "team", code: 103 })
  expect(instant.status).toBe("connected")
})

test("history gives the newest messages, the oldest first, and goes on from a position", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect()
  for (const text of ["1", "2", "3"]) await server.instant.publish("lobby", text)
  const newest = await instant.history("lobby", { limit: 2 })
  expect(newest.messages.map(({ msg }) => msg)).toEqual(["2", "3"])
  expect(newest.messages[0]?.channelName).toBe("$lobby")
  for (const text of ["4", "5"]) await server.instant.publish("lobby", text)
  const next = await instant.history("lobby", { limit: 1, since: newest.position })
  expect(next.messages.map(({ msg }) => msg)).toEqual(["4"])
  const last = await instant.history("lobby", { since: next.position })
  expect(last.messages.map(({ msg }) => msg)).toEqual(["5"])
  expect((await instant.history("lobby", { since: last.position })).messages).toEqual([])
})

test("history reaches back to what came for this user alone", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect()
  await server.instant.publishTo("user", "for you")
  const { messages } = await instant.history("@me")
  expect(messages.map(({ channelName, msg }) => `${channelName} ${msg}`)).toEqual(["@me for you"])
})

test("presence tells who is there, and who comes and goes", async () => {
  await using server = await RealServer.start()
  const [user, member] = [await server.clientOf("user"), await server.clientOf("member")]
  await user.connect()
  expect(names(await user.presence("lobby"))).toEqual(["user"])

  const there = new Queue<readonly string[]>()
  const changes = new Queue<string>()
  const off = user.onPresence("lobby", (members, { joined, left }) => {
    there.push(names(members))
    if (joined) changes.push(`${joined.user} joined`)
    if (left) changes.push(`${left.user} left`)
  })
  expect(await there.next()).toEqual(["user"])
  await member.connect()
  expect(await changes.nextWhere((change) => change.startsWith("member"))).toBe("member joined")
  await there.nextWhere((list) => list.includes("member"))
  await member.logout()
  expect(await changes.nextWhere((change) => change.startsWith("member"))).toBe("member left")
  await there.nextWhere((list) => !list.includes("member"))
  off()
  await member.login("member", "secret")
  await member.connect()
  expect(names(await user.presence("lobby"))).toEqual(["member", "user"])
  expect(changes.rest).toEqual([])
})

test("a subscription that begins to watch who is there misses no message", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  const messages = new Queue<string>()
  await instant.connect()
  instant.on("lobby", ({ msg }) => messages.push(msg))
  await server.instant.publish("lobby", "before")
  const there = new Queue<readonly string[]>()
  instant.onPresence("lobby", (members) => there.push(names(members)))
  await server.instant.publish("lobby", "meanwhile")
  await there.next()
  await server.instant.publish("lobby", "after")
  expect([await messages.next(), await messages.next(), await messages.next()]).toEqual([
    "before",
    "meanwhile",
    "after",
  ])
})

test("publish reaches the others where the server allows it, and rejects where it doesn't", async () => {
  await using server = await RealServer.start({
    engine: { channel: { without_namespace: { allow_publish_for_subscriber: true } } },
  })
  const [user, member] = [await server.clientOf("user"), await server.clientOf("member")]
  const heard = new Queue<Message>()
  member.on("lobby", heard.push)
  await Promise.all([user.connect(), member.connect()])
  await user.publish("lobby", "Hello", { eventClass: "chat", data: { by: "user" } })
  expect(await heard.next()).toMatchObject({
    msg: "Hello",
    eventClass: "chat",
    data: { by: "user" },
    channelName: "$lobby",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })

  await using strict = await RealServer.start()
  const refused = await strict.clientOf("user")
  await refused.connect()
  await expect(refused.publish("lobby", "Hello")).rejects.toMatchObject({
    kind: "request",
    code: 103,
  })
})

test("a call for history before there is a connection says what to do", async () => {
  await expect(useInstant().history("lobby")).rejects.toMatchObject({ kind: "usage" })
})

test("data that isn't as declared is told to onError, and no handler sees it", async () => {
  await using server = await RealServer.start()
  const lobby = { name: "lobby", events: { paid: z.object({ id: z.number() }) } } as const
  const instant = useInstant({ channels: [lobby] })
  await instant.init(server.url)
  await instant.login("user", "secret")
  const [paid, errors] = [new Queue<number>(), new Queue<InstantError>()]
  instant.on("lobby", (message) => paid.push(message.data.id))
  instant.onError(errors.push)
  await instant.connect()
  await server.instant.publish("lobby", "", { eventClass: "paid", data: { id: "17" } })
  expect(await errors.next()).toMatchObject({ kind: "publication", channel: "$lobby" })
  await server.instant.publish("lobby", "", { eventClass: "unheard of" })
  expect((await errors.next()).message).toContain('no event class "unheard of" is declared')
  await server.instant.publish("lobby", "", { eventClass: "paid", data: { id: 17 } })
  expect(await paid.next()).toBe(17)
  expect(paid.rest).toEqual([])
  instant.destroy()
})

test("destroy closes the connection, and nobody is told anything any more", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect()
  const heard: unknown[] = []
  instant.onMessage((message) => heard.push(message))
  instant.onStatus((status) => heard.push(status))
  const client = instant.getClient()
  instant.destroy()
  expect(client?.state).toBe("disconnected")
  expect(instant.ready).toBe(false)
  await server.instant.publish("lobby", "after")
  expect(heard).toEqual(["idle"])
})
