import { expectTypeOf, test } from "vitest"
import {
  type Client,
  connect,
  createClient,
  DCRFClient,
  type DcrfError,
  type Page,
  type StreamingRequestPromise,
  type Subscription,
  type SubscriptionEvent,
} from "../src/index.js"

interface Thing {
  readonly pk: number
  readonly name: string
}

interface Person {
  readonly id: string
}

type Streams = { things: Thing; people: Person }

/** Never connected: only its types are looked at. */
const typed = createClient<Streams>("ws://127.0.0.1:1")
const untyped = createClient("ws://127.0.0.1:1")

test("rows have the types of their streams", () => {
  type Listed = ReturnType<typeof typed.list<"things">>
  expectTypeOf<Awaited<Listed>>().toEqualTypeOf<Thing[]>()
  const retrieve = () => typed.retrieve("people", "a-b")
  expectTypeOf(retrieve).returns.resolves.toEqualTypeOf<Person>()
  const create = () => typed.create("things", { name: "x" })
  expectTypeOf(create).returns.resolves.toEqualTypeOf<Thing>()
  const remove = () => typed.delete("things", 1)
  expectTypeOf(remove).returns.resolves.toEqualTypeOf<null>()
})

test("a list with a limit or an offset is a page", () => {
  const page = () => typed.list("things", { limit: 2 })
  expectTypeOf(page).returns.resolves.toEqualTypeOf<Page<Thing>>()
  const loop = async () => {
    for await (const each of typed.list("things", { offset: 2 })) {
      expectTypeOf(each).toEqualTypeOf<Page<Thing>>()
    }
    for await (const each of typed.list("things", { letter: "a" })) {
      expectTypeOf(each).toEqualTypeOf<Thing[]>()
    }
  }
  expectTypeOf(loop).toBeFunction()
})

test("only declared streams are known, and keys are numbers or texts", () => {
  expectTypeOf(typed.list).parameter(0).toEqualTypeOf<"things" | "people">()
  expectTypeOf(typed.retrieve).parameter(1).toEqualTypeOf<string | number>()
  // @ts-expect-error: there is no such stream.
  const wrong = () => typed.list("nothing")
  expectTypeOf(wrong).toBeFunction()
})

test("subscriptions tell rows", () => {
  const subscribe = () =>
    typed.subscribe("things", [1, 2], (data, action) => {
      expectTypeOf(data).toEqualTypeOf<Thing>()
      expectTypeOf(action).toExtend<string>()
    })
  expectTypeOf(subscribe).returns.toEqualTypeOf<Subscription<Thing>>()
  const loop = async () => {
    for await (const event of typed.subscribe("people", { room: 1 })) {
      expectTypeOf(event).toEqualTypeOf<SubscriptionEvent<Person>>()
    }
  }
  expectTypeOf(loop).toBeFunction()
  const canceled = () =>
    subscribe()
      .then(() => 1)
      .cancel()
  expectTypeOf(canceled).returns.resolves.toEqualTypeOf<boolean>()
})

test("streams have the type of their data", () => {
  const stream = () =>
    typed.streamingRequest<{ n: number }>("things", { action: "count" }, (error, data) => {
      expectTypeOf(error).toEqualTypeOf<DcrfError | null>()
      expectTypeOf(data).toEqualTypeOf<{ n: number } | null>()
    })
  expectTypeOf(stream).returns.toEqualTypeOf<StreamingRequestPromise<{ n: number }>>()
  const until = () =>
    typed.streamingRequest<{ n: number }>("things", {}, { until: ({ n }) => n === 3 })
  expectTypeOf(until).returns.toEqualTypeOf<StreamingRequestPromise<{ n: number }>>()
})

test("without declared streams, code as of the original compiles", () => {
  const code = async () => {
    const rows = await untyped.list("anything", { limit: 2 }, "request id")
    rows.map((row: { name: string }) => row.name)
    const person = await untyped.retrieve("people", 4)
    person.name.toUpperCase()
    await untyped.subscribe("people", 1, (data, action) => `${data.name} ${action}`, "request id")
    await untyped.request("mystream", { key: "value" }).then((response) => response.anything)
    const client: DCRFClient = new DCRFClient(
      untyped.dispatcher,
      untyped.transport,
      untyped.queue,
      untyped.serializer,
    )
    return client
  }
  expectTypeOf(code).returns.resolves.toEqualTypeOf<Client>()
  expectTypeOf(connect<Streams>).returns.toEqualTypeOf<Client<Streams>>()
  expectTypeOf(typed).toExtend<Client<Streams>>()
})
