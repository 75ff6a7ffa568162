import { expect, test } from "vitest"
import { tasks } from "../testing/plain-socket.js"
import { Listening, namesIn, Scene } from "./scene.js"

const byLetter = {
  filter: (row: object, { payload }: { payload: Readonly<Record<string, unknown>> }) =>
    payload.letter === undefined || letterOf(row) === payload.letter,
  observers: [
    {
      groupsOf: (row: object) => ["all", letterOf(row)],
      wanted: ({ payload }: { payload: Readonly<Record<string, unknown>> }) => [
        String(payload.letter ?? "all"),
      ],
    },
  ],
}

const letterOf = (row: object): string => String(Object(row).name).slice(0, 1)

test("a list follows what is created, changed and deleted", async () => {
  await using scene = new Scene()
  const listening = new Listening(scene.store.list("things"))
  expect(listening.live.get()).toMatchObject({ status: "loading", data: [], count: 0 })
  expect(namesIn(await listening.is("live"))).toEqual(["apple", "banana"])
  scene.server.create("things", { name: "cherry" })
  scene.server.update("things", 1, { name: "pear" })
  scene.server.delete("things", 2)
  const state = await listening.until(({ data }) => data[0]?.name === "pear" && data.length === 2)
  expect(namesIn(state)).toEqual(["pear", "cherry"])
  expect(state.count).toBe(2)
  expect(scene.asked("list")).toBe(1)
})

test("filters that say the same share one subscription, others have their own", async () => {
  await using scene = new Scene({ stream: byLetter })
  const filters = [{ letter: "a", done: false }, { done: false, letter: "a" }, { letter: "b" }]
  const listenings = filters.map((filter) => new Listening(scene.store.list("things", filter)))
  const shown = []
  for (const listening of listenings) shown.push(namesIn(await listening.is("live")))
  expect(shown).toEqual([["apple"], ["apple"], ["banana"]])
  expect(scene.server.subscriptions).toHaveLength(2)
  for (const { off } of listenings) off()
  await tasks()
  expect(scene.server.subscriptions).toEqual([])
})

test("a row joins a filtered list, and leaves it, as the server says", async () => {
  await using scene = new Scene({ stream: byLetter })
  const listening = new Listening(scene.store.list("things", { letter: "a" }))
  await listening.is("live")
  scene.server.update("things", 2, { name: "avocado" })
  await listening.until(({ data }) => data.length === 2)
  scene.server.update("things", 1, { name: "zebra" })
  expect(namesIn(await listening.until(({ data }) => data.length === 1))).toEqual(["avocado"])
})

test("a new row is shown at once with a key of its own making, then with the server's", async () => {
  await using scene = new Scene()
  const list = scene.store.list("things")
  const listening = new Listening(list)
  await listening.is("live")
  const done = list.create({ name: "cherry" })
  expect(list.get().data.at(-1)).toEqual({ pk: -1, name: "cherry" })
  expect(await done).toEqual({ pk: 3, name: "cherry", counter: 0 })
  expect(list.get().data.at(-1)).toEqual({ pk: 3, name: "cherry", counter: 0 })
  await tasks()
  expect(listening.seen.every(({ data }) => data.length <= 3)).toBe(true)
  expect(namesIn(list.get())).toEqual(["apple", "banana", "cherry"])
})

test("a new row that is refused is taken back", async () => {
  await using scene = new Scene({ stream: { required: ["name"] } })
  const list = scene.store.list("things")
  await new Listening(list).is("live")
  const done = list.create({ counter: 1 })
  expect(list.get().data).toHaveLength(3)
  await expect(done).rejects.toMatchObject({ errors: [{ name: ["This field is required."] }] })
  expect(list.get().data).toHaveLength(2)
})

test("a new row is shown at once in the lists whose filter it has, and in others when the server says", async () => {
  await using scene = new Scene({ stream: byLetter })
  const hold = scene.server.hold("things", "create")
  const lists = [{ counter: 7 }, { counter: 8 }, { letter: "c" }].map(
    (filter) => new Listening(scene.store.list("things", filter)),
  )
  for (const listening of lists) await listening.is("live")
  const done = scene.store.list("things").create({ name: "cherry", counter: 7 })
  const shown = () => lists.map(({ live }) => namesIn(live.get()).includes("cherry"))
  expect(shown()).toEqual([true, false, false])
  hold.release()
  await done
  await lists[2]?.until(({ data }) => data.length === 1)
  expect(shown()).toContain(true)
})

test("a patch and a delete in a list show in the row as well, and are taken back in both", async () => {
  await using scene = new Scene()
  const list = scene.store.list("things")
  const row = scene.store.row("things", 1)
  await new Listening(list).is("live")
  await new Listening(row).is("live")
  const hold = scene.server.hold("things")
  const patched = list.patch(1, { name: "pear" })
  expect([list.get().data[0]?.name, row.get().data?.name]).toEqual(["pear", "pear"])
  const updated = list.update(2, { name: "plum", counter: 0 })
  const deleted = row.delete()
  expect([namesIn(list.get()), row.get().status]).toEqual([["plum"], "missing"])
  const rejected = Promise.allSettled([patched, updated, deleted])
  await scene.server.received("things", "delete")
  scene.server.cut()
  const reasons = (await rejected).map((one) => one.status === "rejected" && one.reason.kind)
  expect(reasons).toEqual(["connection", "connection", "connection"])
  expect([namesIn(list.get()), row.get().data?.name]).toEqual([["apple", "banana"], "apple"])
  hold.release()
})

test("a list has the order that its store gives it", async () => {
  const things = {
    compare: (a: { name: string }, b: { name: string }) => (a.name < b.name ? 1 : -1),
  }
  await using scene = new Scene({ store: { streams: { things } } })
  const listening = new Listening(scene.store.list("things"))
  expect(namesIn(await listening.is("live"))).toEqual(["banana", "apple"])
  scene.server.create("things", { name: "avocado" })
  const state = await listening.until(({ data }) => data.length === 3)
  expect(namesIn(state)).toEqual(["banana", "avocado", "apple"])
})

test("matches decides where the server can't: a row that doesn't match any more goes", async () => {
  const matches = (row: { counter: number }, { below = 99 }: { below?: unknown }) =>
    row.counter < Number(below)
  await using scene = new Scene({
    stream: { filter: ({ counter }, { payload }) => Number(counter) < Number(payload.below) },
    store: { streams: { things: { matches } } },
  })
  const listening = new Listening(scene.store.list("things", { below: 2 }))
  expect(namesIn(await listening.is("live"))).toEqual(["apple"])
  scene.server.update("things", 2, { counter: 1 })
  await listening.until(({ data }) => data.length === 2)
  scene.server.update("things", 1, { counter: 5 })
  expect(namesIn(await listening.until(({ data }) => data.length === 1))).toEqual(["banana"])
})

test("a page is fetched anew when rows come or go, and counts all pages", async () => {
  await using scene = new Scene({ stream: { paging: { defaultLimit: 10 } } })
  const listening = new Listening(scene.store.list("things", { limit: 1, offset: 1 }))
  expect(await listening.is("live")).toMatchObject({ data: [{ name: "banana" }], count: 2 })
  scene.server.update("things", 2, { name: "plum" })
  await listening.until(({ data }) => data[0]?.name === "plum")
  expect(scene.asked("list")).toBe(1)
  scene.server.create("things", { name: "cherry" })
  await listening.until(({ count }) => count === 3)
  scene.server.delete("things", 1)
  const state = await listening.until(({ count }) => count === 2)
  expect(namesIn(state)).toEqual(["cherry"])
})

test("where there is no observer, a list follows each of its rows", async () => {
  await using scene = new Scene({
    stream: { observers: [] },
    store: { streams: { things: { lists: "rows" } } },
  })
  const list = scene.store.list("things")
  const listening = new Listening(list)
  await listening.is("live")
  scene.server.update("things", 2, { name: "plum" })
  await listening.until(({ data }) => data[1]?.name === "plum")
  await list.create({ name: "cherry" })
  await tasks()
  expect(scene.server.subscriptions.map(({ pk }) => pk)).toEqual(["1", "2", "3"])
  scene.server.delete("things", 1)
  expect(namesIn(await listening.until(({ data }) => data.length === 2))).toEqual([
    "plum",
    "cherry",
  ])
  scene.server.cut()
  scene.server.update("things", 3, { name: "missed" })
  await listening.until(({ data }) => data[1]?.name === "missed")
  listening.off()
  await tasks()
  expect(scene.server.subscriptions).toEqual([])
})

test("where there is no observer, what changes before its rows are subscribed is shown", async () => {
  await using scene = new Scene({
    stream: { observers: [] },
    store: { streams: { things: { lists: "rows" } } },
  })
  const hold = scene.server.hold("things", "subscribe_instance")
  const listening = new Listening(scene.store.list("things"))
  await listening.is("live")
  await scene.server.received("things", "subscribe_instance")
  scene.server.update("things", 1, { name: "changed" })
  await tasks()
  hold.release()
  await listening.until(({ data }) => data[0]?.name === "changed")
})

test("rows of which an observer tells the key alone are fetched", async () => {
  await using scene = new Scene({
    stream: {
      observers: [
        {
          frame: ({ action, data: { pk }, requestId }) => ({
            ...{ action, body: { pk } },
            request_id: requestId,
          }),
        },
      ],
    },
  })
  const listening = new Listening(scene.store.list("things"))
  await listening.is("live")
  scene.server.update("things", 1, { name: "pear" })
  const state = await listening.until(({ data }) => data[0]?.name === "pear")
  expect(namesIn(state)).toEqual(["pear", "banana"])
})

test("a list or an observer over which the server crashes is an error, and isn't asked for without end", async () => {
  for (const action of ["list", "subscribe_to_all"]) {
    await using scene = new Scene()
    scene.server.answer("things", action, () => {
      throw new Error("on fire")
    })
    const { error } = await new Listening(scene.store.list("things")).is("error")
    expect(error).toMatchObject({ kind: "connection", code: 1011 })
    await scene.client.retrieve("things", 1, {}, { retry: true })
    scene.server.cut()
    await scene.client.retrieve("things", 1, {}, { retry: true })
    expect(scene.asked(action)).toBe(2)
  }
})

test("without the observer that it needs, a list has its rows, and an error that says so", async () => {
  await using scene = new Scene({ stream: { observers: [] } })
  const listening = new Listening(scene.store.list("things"))
  const state = await listening.until(({ status, data }) => status === "error" && data.length === 2)
  expect(state.error).toMatchObject({ status: 405, action: "subscribe_to_all" })
})

test("an observer with other actions is subscribed by its own", async () => {
  await using scene = new Scene({
    stream: { observers: [{ subscribe: "follow", unsubscribe: "unfollow" }] },
    store: {
      streams: { things: { lists: { subscribeAction: "follow", unsubscribeAction: "unfollow" } } },
    },
  })
  const listening = new Listening(scene.store.list("things"))
  await listening.is("live")
  scene.server.create("things", { name: "cherry" })
  await listening.until(({ data }) => data.length === 3)
  listening.off()
  await scene.server.received("things", "unfollow")
})

test("while the connection is lost a list is stale; what was missed is there afterwards", async () => {
  await using scene = new Scene()
  const listening = new Listening(scene.store.list("things"))
  await listening.is("live")
  scene.server.refuse()
  scene.server.cut()
  await listening.is("stale")
  scene.server.delete("things", 1)
  scene.server.create("things", { name: "cherry" })
  scene.server.accept()
  expect(namesIn(await listening.is("live"))).toEqual(["banana", "cherry"])
  expect([scene.asked("list"), scene.asked("subscribe_to_all")]).toEqual([2, 2])
})

test("a write made while offline is shown, and sent when the connection is back", async () => {
  await using scene = new Scene()
  const list = scene.store.list("things")
  const listening = new Listening(list)
  await listening.is("live")
  scene.server.refuse()
  scene.server.cut()
  await listening.is("stale")
  const done = list.create({ name: "cherry" })
  expect(namesIn(list.get())).toEqual(["apple", "banana", "cherry"])
  scene.server.accept()
  expect(await done).toMatchObject({ pk: 3 })
  expect(namesIn(await listening.is("live"))).toEqual(["apple", "banana", "cherry"])
})

test("rows may be called otherwise than by pk", async () => {
  await using scene = new Scene({
    stream: { rows: [{ id: 1, name: "apple" }], pkField: "id" },
    client: { pkField: "id" },
  })
  const listening = new Listening(scene.store.list("things"))
  await listening.is("live")
  scene.server.update("things", 1, { name: "pear" })
  await listening.until(({ data }) => data[0]?.name === "pear")
  scene.server.delete("things", 1)
  await listening.until(({ data }) => data.length === 0)
})
