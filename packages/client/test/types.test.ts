import { type Instant, type Message, useInstant } from "djangoinstant"
import * as v from "valibot"
import { expectTypeOf, test } from "vitest"
import { z } from "zod"

interface Channels {
  orders: { paid: { readonly id: number }; cancelled: { readonly reason: string } }
  chat: { said: { readonly text: string } }
}

const typed = (): Instant<Channels> => useInstant<Channels>()

test("without a map of channels data is unknown, or the application's word", () => {
  const instant = useInstant()
  instant.on("orders", (message) => expectTypeOf(message).toEqualTypeOf<Message>())
  instant.on<{ id: number }>("orders", ({ data }) => expectTypeOf(data.id).toBeNumber())
  expectTypeOf(instant.subscribe).parameter(0).toEqualTypeOf<string | undefined>()
})

test("with a map of channels the event class tells the data", () => {
  const instant = typed()
  instant.on("orders", (message) => {
    expectTypeOf(message.eventClass).toEqualTypeOf<"paid" | "cancelled">()
    if (message.eventClass === "paid") expectTypeOf(message.data.id).toBeNumber()
    else expectTypeOf(message.data.reason).toBeString()
  })
  instant.on("$chat", (message) => expectTypeOf(message.data.text).toBeString())
  instant.on({ channel: "orders", eventClass: "paid" }, ({ data }) =>
    expectTypeOf(data.id).toBeNumber(),
  )
  instant.on({ channel: "chat" }, ({ data }) => expectTypeOf(data.text).toBeString())
  instant.on({ eventClass: "said" }, ({ data }) => expectTypeOf(data.text).toBeString())
})

test("channels, event classes and data that the map doesn't have are refused", () => {
  const instant = typed()
  // Never called: it is the types that are tested.
  const wrong = (): unknown[] => [
    // @ts-expect-error: there is no such channel.
    instant.on("nowhere", () => {}),
    // @ts-expect-error: there is no such event class on this channel.
    instant.on({ channel: "orders", eventClass: "said" }, () => {}),
    // @ts-expect-error: there is no such event class at all.
    instant.on({ eventClass: "nothing" }, () => {}),
    // @ts-expect-error: there is no such channel.
    instant.subscribe("nowhere"),
    // @ts-expect-error: the data is another one.
    instant.publish("orders", "", { eventClass: "paid", data: { reason: "" } }),
    instant.publish("orders", "", { eventClass: "paid", data: { id: 17 } }),
  ]
  expectTypeOf(wrong).toBeFunction()
})

test("history has the messages of its channel", () => {
  const history = () => typed().history("chat")
  expectTypeOf<Awaited<ReturnType<typeof history>>["messages"][number]["data"]>().toEqualTypeOf<{
    readonly text: string
  }>()
})

test("declarations with schemas of any library give the types", () => {
  const orders = {
    name: "orders",
    level: "staff",
    events: { paid: z.object({ id: z.number() }), cancelled: v.object({ reason: v.string() }) },
  } as const
  const chat = { name: "chat", events: { said: z.object({ text: z.string() }) } } as const
  const instant = useInstant({ channels: [orders, chat] })
  instant.on({ channel: "orders", eventClass: "paid" }, ({ data }) =>
    expectTypeOf(data).toEqualTypeOf<{ id: number }>(),
  )
  instant.on({ channel: "orders", eventClass: "cancelled" }, ({ data }) =>
    expectTypeOf(data).toEqualTypeOf<{ reason: string }>(),
  )
  instant.on("chat", ({ data }) => expectTypeOf(data.text).toBeString())
})
