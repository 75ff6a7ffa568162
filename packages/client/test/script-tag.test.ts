import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Envelope } from "@instant-ws/protocol"
import { expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { PageInstant } from "../src/script-tag.js"
import { RealServer } from "./real-server.js"

test("a page written for django-instant 2.4 receives raw envelopes, its channels' handlers first", async () => {
  await using server = await RealServer.start()
  const $instant = new PageInstant()
  const [rest, lobby] = [new Queue<Envelope>(), new Queue<Envelope>()]
  $instant.init(server.url, server.url.replace("http", "ws"), false)
  $instant.onMessage = rest.push
  $instant.addHandler("lobby", lobby.push)
  await $instant.login("user", "secret")
  await $instant.get_token()
  await $instant.connect()
  expect([...$instant.channels].map(({ name }) => name)).toContain("$lobby")
  expect($instant.csrfToken).not.toBe("")
  await server.instant.publish("lobby", "1", { eventClass: "x" })
  expect(await lobby.next()).toMatchObject({ channel: "$lobby", message: "1", event_class: "x" })
  $instant.removeHandler("lobby")
  await server.instant.publish("lobby", undefined, { data: { id: 17 } })
  const second = await rest.next()
  expect(second).toMatchObject({ channel: "$lobby", site: "Site", data: { id: 17 } })
  expect("message" in second).toBe(false)
  $instant.instant.destroy()
})

test.each(["constructor", "__proto__"])("a channel may be called %s", async (name) => {
  await using server = await RealServer.start()
  const $instant = new PageInstant()
  const [rest, own] = [new Queue<Envelope>(), new Queue<Envelope>()]
  await server.instant.channels.add(name, { level: "users" })
  $instant.init(server.url)
  $instant.onMessage = rest.push
  await $instant.login("user", "secret")
  await $instant.connect()
  await server.instant.publish(name, "1")
  expect(await rest.next()).toMatchObject({ channel: `$${name}`, message: "1" })
  $instant.addHandler(name, own.push)
  await server.instant.publish(name, "2")
  expect(await own.next()).toMatchObject({ channel: `$${name}`, message: "2" })
  $instant.instant.destroy()
})

test("subscribe and unsubscribe by name, and subscribeToAllChannels, after connect(false)", async () => {
  await using server = await RealServer.start()
  const $instant = new PageInstant()
  $instant.init(server.url)
  await $instant.login("user", "secret")
  await $instant.connect(false)
  await $instant.subscribe("$lobby")
  expect(Object.keys($instant.client?.subscriptions() ?? {})).toEqual(["$lobby"])
  $instant.unsubscribe("lobby")
  await $instant.subscribeToAllChannels()
  expect(Object.keys($instant.client?.subscriptions() ?? {})).toEqual([
    "$lobby",
    "$users",
    "public",
  ])
  $instant.instant.destroy()
})

test("init asks nothing", async () => {
  const requests: unknown[] = []
  const server = createServer((request) => requests.push(request.url))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  new PageInstant().init(`http://127.0.0.1:${port}`)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(requests).toEqual([])
})
