import { createClient, DcrfError } from "dcrf-client"
import { createStore } from "dcrf-client/store"
import { expect, expectTypeOf, test } from "vitest"
import { tasks } from "../testing/plain-socket.js"
import { Listening, Scene, type Streams, type Thing } from "./scene.js"

test("a row is fetched and followed while somebody listens, and not before", async () => {
  await using scene = new Scene()
  const row = scene.store.row("things", 1)
  expect(row.get()).toEqual({ status: "loading", data: undefined, error: undefined })
  await tasks()
  expect(scene.server.requests).toEqual([])

  const listening = new Listening(row)
  expect(row.get()).toBe(row.initial)
  expect((await listening.is("live")).data).toEqual({ pk: 1, name: "apple", counter: 0 })
  expect(row.get()).toBe(row.get())
  scene.server.update("things", 1, { counter: 5 })
  expect((await listening.until(({ data }) => data?.counter === 5)).status).toBe("live")
  expect(scene.errors).toEqual([])
})

test("all who ask for a row share one subscription, which ends when the last has left", async () => {
  await using scene = new Scene()
  const listenings = [1, "1", 1].map((pk) => new Listening(scene.store.row("things", pk)))
  for (const listening of listenings) await listening.is("live")
  expect(scene.server.subscriptions).toHaveLength(1)
  expect(scene.asked("retrieve")).toBe(1)
  listenings[0]?.off()
  listenings[0]?.off()
  listenings[1]?.off()
  await tasks()
  expect(scene.server.subscriptions).toHaveLength(1)
  listenings[2]?.off()
  await scene.server.received("things", "unsubscribe_instance")
  await tasks()
  expect(scene.server.subscriptions).toEqual([])
  expect(scene.store.row("things", 1).get().status).toBe("loading")
})

test("who leaves and comes back at once finds everything as it was", async () => {
  await using scene = new Scene()
  const row = scene.store.row("things", 1)
  const first = new Listening(row)
  await first.is("live")
  first.off()
  const second = new Listening(row)
  expect(row.get().status).toBe("live")
  await tasks()
  expect(scene.asked("subscribe_instance")).toBe(1)
  second.off()
})

test("a row that isn't there, or is deleted, is missing", async () => {
  await using scene = new Scene()
  const nowhere = new Listening(scene.store.row("things", 99))
  await nowhere.is("missing")
  const apple = new Listening(scene.store.row("things", 1))
  await apple.is("live")
  scene.server.delete("things", 1)
  expect(await apple.is("missing")).toMatchObject({ data: undefined, error: undefined })
  expect(scene.errors).toEqual([])
})

test("a patch is shown at once, and is the server's when it has answered", async () => {
  await using scene = new Scene()
  scene.server.answer("things", "patch", (_, usual) => {
    scene.server.update("things", 1, { counter: 100 })
    return usual()
  })
  const row = scene.store.row("things", 1)
  const listening = new Listening(row)
  await listening.is("live")
  const done = row.patch({ name: "pear" })
  expect(row.get().data).toEqual({ pk: 1, name: "pear", counter: 0 })
  expect(await done).toEqual({ pk: 1, name: "pear", counter: 100 })
  expect(row.get().data).toEqual({ pk: 1, name: "pear", counter: 100 })
})

test("a patch that is refused is taken back, and rejects", async () => {
  await using scene = new Scene()
  scene.server.answer("things", "patch", { status: 400, errors: [{ name: ["Too long"] }] })
  const row = scene.store.row("things", 1)
  const listening = new Listening(row)
  await listening.is("live")
  const done = row.patch({ name: "pear" })
  expect(row.get().data?.name).toBe("pear")
  await expect(done).rejects.toMatchObject({ status: 400, errors: [{ name: ["Too long"] }] })
  expect(row.get()).toMatchObject({ status: "live", data: { name: "apple" } })
})

test("writes in a row stay on top of what comes meanwhile, each until it is answered", async () => {
  await using scene = new Scene()
  const row = scene.store.row("things", 1)
  const listening = new Listening(row)
  await listening.is("live")
  const hold = scene.server.hold("things", "patch")
  const first = row.patch({ name: "pear" })
  const second = row.patch({ counter: 9 })
  scene.server.update("things", 1, { name: "plum", counter: 1 })
  await tasks()
  expect(row.get().data).toEqual({ pk: 1, name: "pear", counter: 9 })
  hold.releaseOne(1)
  await second
  expect(row.get().data).toEqual({ pk: 1, name: "pear", counter: 9 })
  expect(scene.server.rows("things")[0]).toEqual({ pk: 1, name: "plum", counter: 9 })
  hold.release()
  await first
  expect(row.get().data).toEqual({ pk: 1, name: "pear", counter: 9 })
})

test("a delete hides the row at once, and brings it back when it is refused", async () => {
  await using scene = new Scene()
  const row = scene.store.row("things", 1)
  const listening = new Listening(row)
  await listening.is("live")
  const off = scene.server.answer("things", "delete", { status: 403, errors: ["not yours"] })
  const refused = row.delete()
  expect(row.get().status).toBe("missing")
  await expect(refused).rejects.toThrow(DcrfError)
  expect(row.get()).toMatchObject({ status: "live", data: { name: "apple" } })
  off()
  await row.delete()
  expect(row.get().status).toBe("missing")
})

test("while the connection is lost a row is stale; what was missed is there afterwards", async () => {
  await using scene = new Scene()
  const listening = new Listening(scene.store.row("things", 1))
  await listening.is("live")
  scene.server.refuse()
  scene.server.cut()
  expect(await listening.is("stale")).toMatchObject({ data: { name: "apple" } })
  scene.server.update("things", 1, { name: "missed" })
  scene.server.accept()
  expect(await listening.is("live")).toMatchObject({ data: { name: "missed" } })
  scene.server.update("things", 1, { name: "heard" })
  await listening.until(({ data }) => data?.name === "heard")
  expect(scene.asked("retrieve")).toBe(2)
})

test("a row that went while the connection was lost is missing afterwards", async () => {
  await using scene = new Scene()
  const listening = new Listening(scene.store.row("things", 1))
  await listening.is("live")
  scene.server.cut()
  scene.server.delete("things", 1)
  await listening.is("missing")
  expect(scene.errors).toEqual([])
})

test("a fetch that the connection takes with it is made again", async () => {
  await using scene = new Scene()
  scene.server.hold("things", "retrieve")
  const listening = new Listening(scene.store.row("things", 1))
  await scene.server.received("things", "retrieve")
  scene.server.cut()
  await scene.server.received("things", "retrieve")
  expect(listening.live.get().status).toBe("loading")
})

test("a fetch that is refused is an error, which the next connection may cure", async () => {
  await using scene = new Scene()
  const off = scene.server.answer("things", "retrieve", { status: 403, errors: ["not yours"] })
  const listening = new Listening(scene.store.row("things", 1))
  const { error } = await listening.is("error")
  expect(error).toMatchObject({ status: 403, errors: ["not yours"] })
  off()
  scene.server.cut()
  await listening.is("live")
})

test("an event that is an error is looked into", async () => {
  await using scene = new Scene()
  const listening = new Listening(scene.store.row("things", 1))
  await listening.is("live")
  const off = scene.server.answer("things", "retrieve", { status: 403, errors: ["not yours"] })
  const { requestId } = await scene.server.received("things", "subscribe_instance")
  scene.server.send("things", {
    ...{ errors: ["not yours"], data: null, action: "update", response_status: 403 },
    request_id: requestId,
  })
  await listening.is("error")
  off()
})

test("a row that wasn't there when it was subscribed is followed after the next connection", async () => {
  await using scene = new Scene()
  const row = new Listening(scene.store.row("things", 9))
  await row.is("missing")
  scene.server.create("things", { pk: 9, name: "nine" })
  scene.server.cut()
  await row.is("live")
  scene.server.update("things", 9, { name: "changed" })
  await row.until(({ data }) => data?.name === "changed")
})

test("a row that wasn't there is followed when this client creates it", async () => {
  await using scene = new Scene({ stream: { newPk: () => 9 } })
  const row = new Listening(scene.store.row("things", 9))
  await row.is("missing")
  await scene.store.list("things").create({ pk: 9, name: "nine" })
  await row.is("live")
  await tasks()
  scene.server.update("things", 9, { name: "changed" })
  await row.until(({ data }) => data?.name === "changed")
})

test("a row over whose subscription the server crashes is an error, and isn't asked for without end", async () => {
  await using scene = new Scene()
  scene.server.answer("things", "subscribe_instance", () => {
    throw new Error("on fire")
  })
  const { error } = await new Listening(scene.store.row("things", 1)).is("error")
  expect(error).toMatchObject({ kind: "connection", code: 1011 })
  await scene.client.list("things")
  scene.server.cut()
  await scene.client.list("things", {}, { retry: true })
  expect(scene.asked("subscribe_instance")).toBe(2)
})

test("closed and opened again, a store goes on", async () => {
  await using scene = new Scene()
  const listening = new Listening(scene.store.row("things", 1))
  await listening.is("live")
  await scene.client.close()
  expect(listening.live.get()).toMatchObject({ status: "stale", data: { name: "apple" } })
  scene.client.initialize()
  await listening.is("live")
  expect(scene.server.subscriptions).toHaveLength(1)
  scene.server.update("things", 1, { name: "pear" })
  await listening.until(({ data }) => data?.name === "pear")
})

test("an application's own subscription to a row goes on when the store's ends", async () => {
  await using scene = new Scene()
  const listening = new Listening(scene.store.row("things", 1))
  await listening.is("live")
  const heard: unknown[] = []
  await scene.client.subscribe("things", 1, (data, action) => heard.push([action, data]))
  listening.off()
  await tasks()
  scene.server.cut()
  scene.server.update("things", 1, { name: "missed" })
  await scene.server.received("things", "subscribe_instance")
  await scene.server.received("things", "subscribe_instance")
  await tasks()
  expect(heard).toEqual([["update", { pk: 1, name: "missed", counter: 0 }]])
})

test("rows without a key are an error that names the option", async () => {
  await using scene = new Scene({ stream: { rows: [{ id: 1 }, { id: 2 }], pkField: "id" } })
  const { error } = await new Listening(scene.store.list("things")).is("error")
  expect(error?.message).toBe("A row has no key: see the option pkField")
})

test("rows have the types of their streams", () => {
  const client = createClient<Streams>("ws://dcrf.test/ws/")
  const row = createStore(client).row("things", 1)
  expectTypeOf(row.get().data).toEqualTypeOf<Thing | undefined>()
  expectTypeOf(row.patch).parameter(0).toEqualTypeOf<Partial<Thing>>()
  expectTypeOf(createStore(client).row).parameter(0).toEqualTypeOf<"things">()
  expectTypeOf(createStore(createClient("ws://dcrf.test/ws/")).row)
    .parameter(0)
    .toBeString()
})

test("a listener that throws keeps nobody from hearing", async () => {
  await using scene = new Scene()
  const thrown: unknown[] = []
  const take = (cause: unknown) => thrown.push(cause)
  const others = process.listeners("uncaughtException")
  process.removeAllListeners("uncaughtException").on("uncaughtException", take)
  const row = scene.store.row("things", 1)
  const off = row.subscribe(() => {
    throw new Error("mine")
  })
  await new Listening(row).is("live")
  await tasks()
  off()
  process.removeAllListeners("uncaughtException")
  for (const other of others) process.on("uncaughtException", other)
  expect(thrown).toContainEqual(new Error("mine"))
})
