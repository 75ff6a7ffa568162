import { type Client, connect } from "dcrf-client"
import { FakeDcrfServer } from "dcrf-client/testing"
import { createComposables, createDcrf, provideDcrf, useStatus, useStore } from "dcrf-client/vue"
import { expect, test } from "vitest"
import { createApp, createSSRApp, defineComponent, effectScope, h, ref } from "vue"
import { renderToString } from "vue/server-renderer"
import { tasks } from "../testing/plain-socket.js"

interface Thing {
  readonly pk: number
  readonly name: string
}

const { useThing, useList } = createComposables<Thing>("things")

/** A fake server with a client, and a scope outside components, where composables start at once. */
class Scene implements AsyncDisposable {
  readonly server = new FakeDcrfServer({
    things: [
      { pk: 1, name: "apple" },
      { pk: 2, name: "banana" },
    ],
  })
  readonly client: Client = connect(this.server.url, this.server.options)
  readonly scope = effectScope()

  run<T extends object>(composable: () => T): T {
    const app = createApp({}).use(createDcrf(this.client))
    const result = app.runWithContext(() => this.scope.run(composable))
    if (result === undefined) throw new Error("The scope has ended")
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.scope.stop()
    await this.client.close()
  }
}

test("a row is followed until its scope ends", async () => {
  await using scene = new Scene()
  const { status, data, error, state } = scene.run(() => useThing(1))
  expect([status.value, data.value]).toEqual(["loading", undefined])
  await tasks()
  expect([status.value, data.value?.name, error.value]).toEqual(["live", "apple", undefined])
  scene.server.update("things", 1, { name: "pear" })
  await tasks()
  expect(data.value?.name).toBe("pear")
  expect(state.value).toMatchObject({ status: "live", data: { name: "pear" } })
  scene.scope.stop()
  await tasks()
  expect(scene.server.subscriptions).toEqual([])
})

test("another key shows another row, which is the one that is written; no key asks for none", async () => {
  await using scene = new Scene()
  const pk = ref<number>()
  const { status, data, patch } = scene.run(() => useThing(pk))
  await tasks()
  expect([status.value, scene.server.requests]).toEqual(["loading", []])
  pk.value = 2
  await tasks()
  expect(data.value?.name).toBe("banana")
  await patch({ name: "plum" })
  expect([data.value?.name, scene.server.rows("things")[1]?.name]).toEqual(["plum", "plum"])
  pk.value = undefined
  await tasks()
  expect([status.value, scene.server.subscriptions]).toEqual(["loading", []])
})

test("a list follows its filter, and writes", async () => {
  await using scene = new Scene()
  const filter = ref({ limit: 1 })
  scene.server.answer("things", "list", ({ payload }, usual) => {
    const results = scene.server.rows("things").slice(0, Number(payload.limit))
    return payload.limit ? { status: 200, data: { count: 2, results } } : usual()
  })
  const { data, count, create } = scene.run(() => useList(filter))
  await tasks()
  expect([data.value.map(({ name }) => name), count.value]).toEqual([["apple"], 2])
  filter.value = { limit: 2 }
  await tasks()
  expect(data.value.map(({ name }) => name)).toEqual(["apple", "banana"])
  expect(await create({ name: "cherry" })).toMatchObject({ pk: 3 })
})

test("the status of the connection is told", async () => {
  await using scene = new Scene()
  const status = scene.run(useStatus)
  await tasks()
  expect(status.value).toBe("connected")
  scene.server.refuse()
  scene.server.cut()
  await tasks()
  expect(status.value).toBe("reconnecting")
})

test("on a server everything is loading, and nothing is asked or subscribed", async () => {
  await using scene = new Scene()
  const Page = defineComponent(() => {
    const { status, data } = useThing(1)
    const { status: listStatus } = useList()
    const connection = useStatus()
    return () => h("p", [status.value, listStatus.value, connection.value, data.value].join(" "))
  })
  const Providing = defineComponent(() => {
    provideDcrf(scene.client)
    return () => h(Page)
  })
  expect(await renderToString(createSSRApp(Providing))).toBe("<p>loading loading idle </p>")
  await tasks()
  expect(scene.server.requests).toEqual([])
})

test("a composable without a store says what is missing", () => {
  expect(() => createApp({}).runWithContext(useStore)).toThrow(
    "There is no store here: app.use(createDcrf(client))",
  )
})
