import { readFile } from "node:fs/promises"
import djangoinstant, { type InstantError, Message, useInstant } from "djangoinstant"
import { expect, test, vi } from "vitest"
import { Queue } from "./queue.js"
import { envelope, Scene } from "./scene.js"

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
  await using scene = await Scene.connected()
  const messages = new Queue<Message>()
  scene.instant.onMessage(messages.push)
  scene.realtime.publish("news", envelope("object", { event_class: "ok" }))
  scene.realtime.publish("news", JSON.stringify(envelope("text", { data: [1] })))
  expect(await messages.next()).toMatchObject({ msg: "object", eventClass: "ok" })
  expect(await messages.next()).toMatchObject({ msg: "text", data: [1] })
})

test.each([["plain text"], [17], [null], [["list"]], [{ channel: 1 }]])(
  "a publication of %j is told to onError, and the next one arrives",
  async (data) => {
    await using scene = await Scene.connected()
    const errors = new Queue<InstantError>()
    const messages = new Queue<string>()
    scene.instant.onError(errors.push)
    scene.instant.onMessage((message) => messages.push(message.msg))
    scene.realtime.publish("news", data)
    scene.realtime.publish("news", envelope("next"))
    expect(await errors.next()).toMatchObject({ kind: "publication", channel: "news" })
    expect(await messages.next()).toBe("next")
  },
)

test("handlers that throw or reject are told to onError, and delivery goes on", async () => {
  await using scene = await Scene.connected()
  const { instant, realtime } = scene
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
  realtime.publish("news", envelope("1"))
  realtime.publish("news", envelope("2"))

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
  await using scene = await Scene.loggedIn()
  const errors = new Queue<InstantError>()
  const fails = () => {
    throw new Error("in a listener")
  }
  scene.instant.onStatus(fails)
  scene.instant.onDenied(fails)
  scene.instant.onError(errors.push)
  scene.realtime.answers.set("subscribe:news", { error: { code: 103, message: "denied" } })
  await scene.instant.connect()
  expect(await errors.next()).toMatchObject({ kind: "handler" })
  expect(scene.instant.status).toBe("connected")
})

test("on takes a channel, an event class, or both; handlers come in the order of registration", async () => {
  await using scene = await Scene.connected()
  const { instant, realtime } = scene
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
  realtime.publish("$lobby", envelope("", { event_class: "ok" }))
  realtime.publish("news", envelope("", { event_class: "ok" }))
  realtime.publish("news", envelope("last"))
  await done.nextWhere((text) => text === "last")

  expect(calls).toEqual([
    ...["ok", "all", "lobby", "$lobby"],
    ...["news and ok", "ok", "all", "news"],
    ...["all", "news"],
  ])
})

test("a name without $ is the channel of that name when there is one", async () => {
  await using scene = await Scene.loggedOut()
  scene.backend.channels.push({ name: "lobby", level: "public" })
  await scene.instant.login("user", "secret")
  await scene.instant.connect()
  const names = new Queue<string>()
  scene.instant.on("lobby", (message) => names.push(message.channelName))
  scene.realtime.publish("$lobby", envelope("private"))
  scene.realtime.publish("lobby", envelope("public"))
  expect(await names.next()).toBe("lobby")
})

test("the channel is the one that it came on, whatever the envelope says", async () => {
  await using scene = await Scene.connected()
  const names = new Queue<string>()
  scene.instant.onMessage((message) => names.push(message.channelName))
  scene.realtime.publish("$lobby", envelope("", { channel: "lobby" }))
  expect(await names.next()).toBe("$lobby")
})

test("onMessage replaces its handler, and handlers may change handlers", async () => {
  await using scene = await Scene.connected()
  const { instant, realtime } = scene
  const calls = new Queue<string>()
  instant.onMessage(() => calls.push("first"))
  instant.onMessage((message) => calls.push(message.msg))
  const offs: (() => void)[] = []
  instant.on("news", () => {
    offs[0]?.()
    instant.on("news", () => calls.push("added"))
  })
  offs.push(instant.on("news", () => calls.push("removed")))
  realtime.publish("news", envelope("1"))
  realtime.publish("news", envelope("2"))
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
    await using scene = await Scene.loggedOut()
    const { instant, backend, realtime } = scene
    const done = new Queue<Message>()
    await instant.init(backend.url, backend.websocketsUrl, verbose)
    await instant.login("user", "secret")
    instant.onMessage(done.push)
    instant.onMessage((message) => {
      done.push(message)
      throw new Error("of the application")
    })
    await instant.connect()
    realtime.publish("news", 17)
    realtime.publish("news", envelope("Hello"))
    await done.next()
    realtime.cut()
    realtime.publish("news", envelope("Again"))
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
