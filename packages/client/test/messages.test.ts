import { readFile } from "node:fs/promises"
import djangoinstant, { type InstantError, Message, useInstant } from "djangoinstant"
import { expect, test, vi } from "vitest"
import { Queue } from "../../../test/queue.js"
import { Scene } from "./scene.js"

const bare = { channel: "news", site: "Site" }

test("a message has the fields of the envelope", () => {
  const message = new Message({
    channel: "news",
    site: "Site",
    message: "Order 17 paid",
    data: { id: 17 },
    event_class: "important",
    bucket: "orders",
    id: "0198",
    date: "2026-11-21T10:00:00.123Z",
  })
  expect({ ...message }).toEqual({
    channelName: "news",
    msg: "Order 17 paid",
    data: { id: 17 },
    eventClass: "important",
    site: "Site",
    bucket: "orders",
    date: new Date("2026-11-21T10:00:00.123Z"),
    id: "0198",
  })
})

test("what an envelope lacks is empty, and the date is that of receipt", () => {
  const before = Date.now()
  const message = new Message(bare)
  expect(message).toMatchObject({ msg: "", data: {}, eventClass: "", bucket: "", id: "" })
  expect(message.date.getTime()).toBeGreaterThanOrEqual(before)
  expect(new Message({ ...bare, date: "yesterday" }).date.getTime()).toBeGreaterThanOrEqual(before)
})

test("a message that is an object or null stays what it is", () => {
  expect(new Message<unknown, object>({ ...bare, message: { a: 1 } }).msg).toEqual({ a: 1 })
  expect(new Message({ ...bare, message: null }).msg).toBeNull()
})

test("importing does nothing, and gives the same by name and by default", () => {
  expect(djangoinstant).toEqual({ Message, useInstant })
  expect(useInstant().status).toBe("idle")
  expect(useInstant()).not.toBe(useInstant())
})

test("envelopes arrive as objects and as JSON texts, in order", async () => {
  using scene = await Scene.connected()
  const messages = new Queue<Message>()
  scene.instant.onMessage(messages.push)
  scene.server.publishRaw("news", { ...bare, message: "object", event_class: "ok" })
  const text = { ...bare, message: "text", data: [1] }
  scene.server.publishRaw("news", JSON.stringify(text))
  expect(await messages.next()).toMatchObject({ msg: "object", eventClass: "ok" })
  expect(await messages.next()).toMatchObject({ msg: "text", data: [1] })
})

test.each([["plain text"], [17], [null], [["list"]], [{ channel: 1 }]])(
  "a publication of %j is told to onError, and the next one arrives",
  async (data) => {
    using scene = await Scene.connected()
    const errors = new Queue<InstantError>()
    const messages = new Queue<string>()
    scene.instant.onError(errors.push)
    scene.instant.onMessage((message) => messages.push(message.msg))
    scene.server.publishRaw("news", data)
    scene.server.publish("news", "next")
    expect(await errors.next()).toMatchObject({ kind: "publication", channel: "news" })
    expect(await messages.next()).toBe("next")
  },
)

test("handlers that throw or reject are told to onError, and delivery goes on", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const errors = new Queue<InstantError>()
  const messages = new Queue<string>()
  instant.onError(() => {
    throw new Error("in onError too")
  })
  instant.onError(errors.push)
  instant.onMessage(() => {
    throw new Error("Unknown channel")
  })
  instant.on("news", () => Promise.reject(new Error("too late")))
  instant.on("news", (message) => messages.push(message.msg))
  server.publish("news", "1")
  server.publish("news", "2")

  expect(await messages.next()).toBe("1")
  expect(await messages.next()).toBe("2")
  const told = [await errors.next(), await errors.next(), await errors.next(), await errors.next()]
  expect(told.map(({ kind, channel }) => `${kind} ${channel}`)).toEqual(
    Array(4).fill("handler news"),
  )
  expect(told[0]?.message).toBe("A handler of news failed: Unknown channel")
  expect(told[0]?.cause).toEqual(new Error("Unknown channel"))
  expect(instant.status).toBe("connected")
})

test("listeners that throw are told to onError, and hinder nothing", async () => {
  using scene = await Scene.loggedIn()
  const errors = new Queue<InstantError>()
  const fails = () => {
    throw new Error("in a listener")
  }
  scene.instant.onStatus(fails)
  scene.instant.onDenied(fails)
  scene.instant.onError(errors.push)
  scene.server.deny("news")
  await scene.instant.connect()
  expect(await errors.next()).toMatchObject({ kind: "handler" })
  expect(scene.instant.status).toBe("connected")
})

test("on takes a channel, an event class, or both; handlers come in the order of registration", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const calls: string[] = []
  const done = new Queue<string>()
  instant.on({ channel: "news", eventClass: "ok" }, () => calls.push("news and ok"))
  instant.on({ eventClass: "ok" }, () => calls.push("ok"))
  instant.onMessage(() => calls.push("all"))
  const off = instant.on("news", () => calls.push("taken off"))
  instant.on("lobby", () => calls.push("lobby"))
  instant.on("$lobby", () => calls.push("$lobby"))
  instant.on({ channel: "news" }, () => calls.push("news"))
  instant.on("news", (message) => done.push(message.msg))
  off()
  off()
  server.publish("$lobby", "", { eventClass: "ok" })
  server.publish("news", "", { eventClass: "ok" })
  server.publish("news", "last")
  await done.nextWhere((text) => text === "last")

  expect(calls).toEqual([
    ...["ok", "all", "lobby", "$lobby"],
    ...["news and ok", "ok", "all", "news"],
    ...["all", "news"],
  ])
})

test("a name without $ is the channel of that name when there is one", async () => {
  using scene = await Scene.connected({
    channels: [
      { name: "$lobby", level: "users" },
      { name: "lobby", level: "public" },
    ],
  })
  const names = new Queue<string>()
  scene.instant.on("lobby", (message) => names.push(message.channelName))
  scene.server.publish("$lobby", "private")
  scene.server.publish("lobby", "public")
  expect(await names.next()).toBe("lobby")
})

test("the channel is the one that it came on, whatever the envelope says", async () => {
  using scene = await Scene.connected()
  const names = new Queue<string>()
  scene.instant.onMessage((message) => names.push(message.channelName))
  scene.server.publishRaw("$lobby", { ...bare, channel: "lobby" })
  expect(await names.next()).toBe("$lobby")
})

test("onMessage replaces its handler, and handlers may change handlers", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const calls = new Queue<string>()
  instant.onMessage(() => calls.push("first"))
  instant.onMessage((message) => calls.push(message.msg))
  const offs: (() => void)[] = []
  instant.on("news", () => {
    offs[0]?.()
    instant.on("news", () => calls.push("added"))
  })
  offs.push(instant.on("news", () => calls.push("removed")))
  server.publish("news", "1")
  server.publish("news", "2")
  expect([await calls.next(), await calls.next(), await calls.next()]).toEqual(["1", "2", "added"])
})

test("a handler that is no function, or asks for nothing, is refused at once", () => {
  // As callers without types see it.
  const instant: {
    on(...parts: readonly unknown[]): unknown
    onError(...parts: readonly unknown[]): unknown
  } = useInstant()
  expect(() => instant.on("news", "handler")).toThrow(TypeError)
  expect(() => instant.onError("handler")).toThrow(TypeError)
  expect(() => instant.on({}, () => {})).toThrow("needs a channel name, { eventClass }, or both")
})

test("the console is silent unless verbose, and tokens are never printed", async () => {
  const methods = ["debug", "error", "info", "log", "warn"] as const
  const lines: string[] = []
  const spies = methods.map((method) =>
    vi.spyOn(console, method).mockImplementation((...parts) => {
      lines.push(JSON.stringify(parts, (_, part) => (part instanceof Error ? part.message : part)))
    }),
  )
  const run = async (verbose: boolean) => {
    using scene = await Scene.loggedOut()
    const { instant, server } = scene
    const done = new Queue<Message>()
    await instant.init(server.url, "", verbose)
    await instant.login("user", "secret")
    instant.onMessage(done.push)
    instant.onMessage((message) => {
      done.push(message)
      throw new Error("of the application")
    })
    await instant.connect()
    server.publishRaw("news", 17)
    server.publish("news", "Hello")
    await done.next()
    server.cut()
    server.publish("news", "Again")
    await done.next()
    const { channels } = instant
    await instant.get_token()
    return [...channels].map(({ token }) => token)
  }
  await run(false)
  expect(lines).toEqual([])
  const tokens = await run(true)
  for (const spy of spies) spy.mockRestore()
  expect(lines.join("\n")).toContain('"status","connected"')
  expect(lines.join("\n")).toContain("of the application")
  expect(lines.join("\n")).not.toContain("eyJ")
  expect(tokens.every((token) => token.startsWith("eyJ"))).toBe(true)
})

test("the package asks for nothing but the wire's envelope and the centrifuge client", async () => {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8")
  const { dependencies }: { readonly dependencies: object } = JSON.parse(text)
  expect(Object.keys(dependencies)).toEqual(["@instant-ws/protocol", "centrifuge"])
})
