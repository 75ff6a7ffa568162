import { type Instant, type Message, useInstant } from "djangoinstant"
import { type ChannelState, createHooks, InstantProvider, useMessages } from "djangoinstant/react"
import { createElement } from "react"
import { expectTypeOf, test } from "vitest"

interface Channels {
  orders: { paid: { readonly id: number }; cancelled: { readonly reason: string } }
  chat: { said: { readonly text: string } }
}

const hooks = createHooks<Channels>()

// Never called: it is the types that are tested.
const typed = {
  useMessages: () => ({
    ofChannel: hooks.useMessages("orders")[0],
    ofPrivateName: hooks.useMessages("$chat", { limit: 10, history: 5 })[0],
    ofChannelAlone: hooks.useMessages({ channel: "chat" })[0],
    ofChannelAndClass: hooks.useMessages({ channel: "orders", eventClass: "paid" })[0],
    ofClass: hooks.useMessages({ eventClass: "said" })[0],
  }),
  useChannel: () =>
    hooks.useChannel("orders", (message) => {
      if (message.eventClass === "paid") expectTypeOf(message.data.id).toBeNumber()
      else expectTypeOf(message.data.reason).toBeString()
    }),
  useUntyped: () => ({
    unknown: useMessages({ eventClass: "said" }),
    said: useMessages<{ id: number }>("orders"),
  }),
}

test("createHooks tells the data of messages by channel and event class", () => {
  type Lists = ReturnType<typeof typed.useMessages>
  type Data<Name extends keyof Lists> = NonNullable<Lists[Name]>["data"]
  expectTypeOf<NonNullable<Lists["ofChannel"]>["eventClass"]>().toEqualTypeOf<
    "paid" | "cancelled"
  >()
  expectTypeOf<Data<"ofPrivateName">>().toEqualTypeOf<{ readonly text: string }>()
  expectTypeOf<Data<"ofChannelAlone">>().toEqualTypeOf<{ readonly text: string }>()
  expectTypeOf<Data<"ofChannelAndClass">>().toEqualTypeOf<{ readonly id: number }>()
  expectTypeOf<Data<"ofClass">>().toEqualTypeOf<{ readonly text: string }>()
  expectTypeOf<ReturnType<typeof typed.useChannel>>().toEqualTypeOf<ChannelState>()
})

test("without a map of channels data is unknown, or the application's word", () => {
  type Lists = ReturnType<typeof typed.useUntyped>
  expectTypeOf<Lists["unknown"]>().toEqualTypeOf<readonly Message[]>()
  expectTypeOf<Lists["said"][number]["data"]>().toEqualTypeOf<{ id: number }>()
})

test("the client is the one of the map, and any provider takes any client", () => {
  expectTypeOf(hooks.useInstantClient).returns.toEqualTypeOf<Instant<Channels>>()
  const instant = useInstant<Channels>()
  createElement(InstantProvider<Channels>, { instant })
  createElement(hooks.InstantProvider, { instant })
})

test("channels and event classes that the map doesn't have are refused", () => {
  const useWrong = (): unknown[] => [
    // @ts-expect-error: there is no such channel.
    hooks.useMessages("nowhere"),
    // @ts-expect-error: there is no such event class on this channel.
    hooks.useMessages({ channel: "orders", eventClass: "said" }),
    // @ts-expect-error: there is no such event class at all.
    hooks.useMessages({ eventClass: "nothing" }),
    // @ts-expect-error: there is no such channel.
    hooks.useChannel("nowhere"),
    // @ts-expect-error: there is no such channel.
    hooks.usePresence("nowhere"),
    // @ts-expect-error: the provider of a map takes a client of the same map.
    createElement(hooks.InstantProvider, { instant: useInstant<{ other: { x: string } }>() }),
  ]
  expectTypeOf(useWrong).toBeFunction()
})
