import { type Instant, type Message, useInstant } from "djangoinstant"
import {
  type ChannelState,
  createComposables,
  createInstantPlugin,
  provideInstant,
  useMessages,
} from "djangoinstant/vue"
import { expectTypeOf, test } from "vitest"
import { ref, type ShallowRef } from "vue"

interface Channels {
  orders: { paid: { readonly id: number }; cancelled: { readonly reason: string } }
  chat: { said: { readonly text: string } }
}

const typed = createComposables<Channels>()

// Never called: it is the types that are tested.
const messages = () => ({
  ofChannel: typed.useMessages("orders").value[0],
  ofGetter: typed.useMessages(() => "$chat", { limit: 10, history: 5 }).value[0],
  ofRef: typed.useMessages(ref<"orders" | "chat">("chat")).value[0],
  ofChannelAndClass: typed.useMessages({ channel: "orders", eventClass: "paid" }).value[0],
  ofClass: typed.useMessages(() => ({ eventClass: "said" })).value[0],
})
const channel = () =>
  typed.useChannel("orders", (message) => {
    if (message.eventClass === "paid") expectTypeOf(message.data.id).toBeNumber()
    else expectTypeOf(message.data.reason).toBeString()
  })
const untyped = () => ({
  unknown: useMessages({ eventClass: "said" }),
  said: useMessages<{ id: number }>(() => "orders").value,
})

test("createComposables tells the data of messages by channel and event class", () => {
  type Lists = ReturnType<typeof messages>
  type Data<Name extends keyof Lists> = NonNullable<Lists[Name]>["data"]
  expectTypeOf<NonNullable<Lists["ofChannel"]>["eventClass"]>().toEqualTypeOf<
    "paid" | "cancelled"
  >()
  expectTypeOf<NonNullable<Lists["ofRef"]>["eventClass"]>().toEqualTypeOf<
    "paid" | "cancelled" | "said"
  >()
  expectTypeOf<Data<"ofGetter">>().toEqualTypeOf<{ readonly text: string }>()
  expectTypeOf<Data<"ofChannelAndClass">>().toEqualTypeOf<{ readonly id: number }>()
  expectTypeOf<Data<"ofClass">>().toEqualTypeOf<{ readonly text: string }>()
  expectTypeOf<ReturnType<typeof channel>>().toEqualTypeOf<Readonly<ShallowRef<ChannelState>>>()
})

test("without a map of channels data is unknown, or the application's word", () => {
  type Lists = ReturnType<typeof untyped>
  expectTypeOf<Lists["unknown"]["value"]>().toEqualTypeOf<readonly Message[]>()
  expectTypeOf<Lists["said"][number]["data"]>().toEqualTypeOf<{ id: number }>()
})

test("the client is the one of the map, and any can be provided", () => {
  expectTypeOf(typed.useInstantClient).returns.toEqualTypeOf<Instant<Channels>>()
  expectTypeOf(createInstantPlugin(useInstant<Channels>())).toHaveProperty("install")
  expectTypeOf(provideInstant<Channels>)
    .parameter(0)
    .toEqualTypeOf<Instant<Channels>>()
})

test("channels and event classes that the map doesn't have are refused", () => {
  const wrong = (): unknown[] => [
    // @ts-expect-error: there is no such channel.
    typed.useMessages("nowhere"),
    // @ts-expect-error: there is no such channel.
    typed.useMessages(() => "nowhere"),
    // @ts-expect-error: there is no such event class on this channel.
    typed.useMessages({ channel: "orders", eventClass: "said" }),
    // @ts-expect-error: there is no such event class at all.
    typed.useMessages({ eventClass: "nothing" }),
    // @ts-expect-error: there is no such channel.
    typed.useChannel("nowhere"),
    // @ts-expect-error: there is no such channel.
    typed.usePresence(ref("nowhere")),
  ]
  expectTypeOf(wrong).toBeFunction()
})
