import type { Instant, Message, Recovered, Status } from "djangoinstant"
import { expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { Line } from "./line.js"
import { RealServer } from "./real-server.js"

test("the README's order receives what the server publishes, each with its fields", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  const messages = new Queue<Message<{ readonly id: number }>>()
  instant.on<{ readonly id: number }>("lobby", messages.push)
  await instant.get_token()
  await instant.connect()
  await server.instant.publish("lobby", "Order 17 paid", {
    eventClass: "important",
    data: { id: 17 },
    bucket: "orders",
  })
  const message = await messages.next()
  expect(message).toMatchObject({
    channelName: "$lobby",
    msg: "Order 17 paid",
    data: { id: 17 },
    eventClass: "important",
    bucket: "orders",
    site: "Site",
  })
  expect(message.id).toMatch(/^[0-9a-f-]{36}$/)
  expect(message.date).toBeInstanceOf(Date)
})

test("each sees the channels that are theirs, and hears only those", async () => {
  await using server = await RealServer.start()
  const [user, member] = [await server.clientOf("user"), await server.clientOf("member")]
  const heard = new Queue<string>()
  const names = ({ channels }: Instant) => [...channels].map(({ name }) => name)
  expect(names(user)).toEqual(["$lobby", "$users", "public"])
  expect(names(member)).toEqual(["$lobby", "$team", "$users", "public"])
  user.onMessage(({ msg }) => heard.push(`user ${msg}`))
  member.onMessage(({ msg }) => heard.push(`member ${msg}`))
  await Promise.all([user.connect(), member.connect()])
  await server.instant.publish("team", "for the team")
  await server.instant.publishTo("user", "for you")
  await server.instant.broadcast({ message: "for all" })
  const four = [await heard.next(), await heard.next(), await heard.next(), await heard.next()]
  expect(four.toSorted()).toEqual([
    "member for all",
    "member for the team",
    "user for all",
    "user for you",
  ])
})

test("what is published while the line is cut arrives once, in order, also what is for one user", async () => {
  await using server = await RealServer.start()
  const line = new Line()
  const instant = await server.clientOf("user", { websocket: line.websocket })
  const messages = new Queue<string>()
  const states = new Queue<Status>()
  const recovered = new Queue<Recovered>()
  instant.onStatus(states.push)
  instant.onMessage(({ channelName, msg }) => messages.push(`${channelName} ${msg}`))
  instant.onRecovered(recovered.push)
  await instant.connect()
  await server.instant.publish("lobby", "1")
  expect(await messages.next()).toBe("$lobby 1")

  line.cut()
  await states.nextWhere((state) => state === "reconnecting")
  await server.instant.publish("lobby", "2")
  await server.instant.publish("lobby", "3")
  await server.instant.publishTo("user", "4")
  line.mend()
  const three = [await messages.next(), await messages.next(), await messages.next()]
  expect(three.filter((text) => text.startsWith("$lobby"))).toEqual(["$lobby 2", "$lobby 3"])
  expect(three).toContain("@me 4")
  expect(await recovered.nextWhere(({ channel }) => channel === "$lobby")).toEqual({
    channel: "$lobby",
    missed: 2,
    complete: true,
  })
  await server.instant.publish("lobby", "5")
  expect(await messages.next()).toBe("$lobby 5")
})

test("tokens that live two seconds are refreshed, and the connection stays", async () => {
  await using server = await RealServer.start({ tokenLifetime: 2 })
  const requests = new Queue<string>()
  const instant = await server.clientOf("user", {
    fetch: (url, request) => {
      requests.push(String(url))
      return fetch(url, request)
    },
  })
  await instant.connect()
  const states: Status[] = []
  instant.onStatus((state) => states.push(state))
  for (const _ of ["first", "second"]) {
    await requests.nextWhere((url) => url.endsWith("/subscribe/"))
  }
  expect(states).toEqual([])
  expect(instant.status).toBe("connected")
})

test("a logout at the server ends the session here", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect()
  await instant.logout()
  expect(instant.status).toBe("loggedOut")
  await expect(instant.connect()).rejects.toMatchObject({ kind: "backend", code: 403 })
  await instant.login("superuser", "secret")
  await instant.connect()
  expect([...instant.channels].map(({ name }) => name)).toContain("$superuser")
})

test("a wrong password is refused", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await expect(instant.login("user", "wrong")).rejects.toMatchObject({ code: 403 })
})
