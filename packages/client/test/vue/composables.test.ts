import { type Instant, type InstantError, useInstant } from "djangoinstant"
import {
  createInstantPlugin,
  useChannel,
  useInstantClient,
  useMessages,
  usePresence,
  useStatus,
} from "djangoinstant/vue"
import { expect, test, vi } from "vitest"
import { createSSRApp, defineComponent, effectScope, h, type Ref, ref, watch } from "vue"
import { renderToString } from "vue/server-renderer"
import { WebSocket } from "ws"
import { Queue } from "../../../../test/queue.js"
import { HeldHistory } from "../held-history.js"
import { RealServer } from "../real-server.js"
import { Scene } from "../scene.js"

/** What composables give in a scope of an application. */
class Part<Result> implements Disposable {
  readonly result: Result
  readonly #scope = effectScope(true)

  constructor(instant: Instant, use: () => Result) {
    const app = createSSRApp({}).use(createInstantPlugin(instant))
    const result = app.runWithContext(() => this.#scope.run(use))
    if (result === undefined) throw new Error("The scope has ended")
    this.result = result
  }

  [Symbol.dispose](): void {
    this.#scope.stop()
  }
}

/** Waits until what is in a ref fits. */
async function becomes<Value>(value: Readonly<Ref<Value>>, fits: (value: Value) => boolean) {
  const values = new Queue<Value>()
  const stop = watch(value, values.push, { immediate: true, flush: "sync" })
  await values.nextWhere(fits)
  stop()
}

/** How long something may take, in milliseconds. */
const deadline = 10_000

const texts = (messages: readonly { readonly msg: string }[]) => messages.map(({ msg }) => msg)

test("on a server each composable gives what is so before any connection, and begins nothing", async () => {
  const requests: unknown[] = []
  const instant = useInstant({
    fetch: async (request) => {
      requests.push(request)
      return Response.error()
    },
  })
  const Everything = defineComponent(() => {
    const messages = useMessages("lobby", { history: 10 })
    const [members, status] = [usePresence("lobby"), useStatus()]
    const [state, client] = [useChannel("lobby", () => {}), useInstantClient()]
    return () =>
      h("p", [
        `${client.status}, ${status.value}, ${state.value}, `,
        `${messages.value.length} ${members.value.length}`,
      ])
  })
  const app = createSSRApp(Everything).use(createInstantPlugin(instant))
  expect(await renderToString(app)).toContain("idle, idle, pending, ")
  expect(requests).toEqual([])
})

test("where no client is provided a composable says what is missing", () => {
  const app = createSSRApp({})
  expect(() => app.runWithContext(() => useStatus())).toThrow("createInstantPlugin(instant)")
})

test("messages that come while the history is fetched are in the list once and in order", async () => {
  await using server = await RealServer.start()
  const line = new HeldHistory()
  const instant = await server.clientOf("user", { websocket: line.websocket })
  await instant.connect()
  const say = (text: string) => server.instant.publish("lobby", text)
  const heard = new Queue<string>()
  instant.on("lobby", ({ msg }) => heard.push(msg))
  for (const text of ["1", "2", "3"]) await say(text)
  await heard.nextWhere((text) => text === "3")
  using part = new Part(instant, () => ({
    longer: useMessages("lobby", { history: 10 }),
    shorter: useMessages("lobby", { history: 2 }),
  }))
  const { longer, shorter } = part.result
  for (const text of ["4", "5", "6"]) await say(text)
  await becomes(longer, ({ length }) => length === 3)
  line.release()
  await becomes(longer, ([first]) => first?.msg === "1")
  await say("7")
  await becomes(longer, (messages) => messages.at(-1)?.msg === "7")
  expect(texts(longer.value)).toEqual(["1", "2", "3", "4", "5", "6", "7"])
  expect(texts(shorter.value)).toEqual(["4", "5", "6", "7"])
})

test("a history that the line was cut for is fetched when the line is back", async () => {
  await using server = await RealServer.start()
  const line = new HeldHistory()
  const instant = await server.clientOf("user", { websocket: line.websocket })
  await server.instant.publish("lobby", "kept")
  await instant.connect()
  using part = new Part(instant, () => useMessages("lobby", { history: 10 }))
  await vi.waitUntil(() => line.count === 1, deadline)
  line.cut()
  await vi.waitUntil(() => line.count === 1, deadline)
  line.release()
  await becomes(part.result, ({ length }) => length === 1)
})

test("messages and members that begin together take one subscription", async () => {
  await using server = await RealServer.start()
  const sent: string[] = []
  const websocket = class extends WebSocket {
    override send(frame: string): void {
      sent.push(...frame.split("\n"))
      super.send(frame)
    }
  }
  const instant = await server.clientOf("user", { websocket })
  await instant.connect(false)
  using part = new Part(instant, () => ({
    messages: useMessages("lobby"),
    members: usePresence("lobby"),
  }))
  await becomes(part.result.members, ({ length }) => length === 1)
  expect(sent.filter((command) => command.includes("subscribe"))).toHaveLength(1)
})

test("a list holds as many as its limit, of its event class, from the history and after", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  const say = (text: string, eventClass: string) =>
    server.instant.publish("lobby", text, { eventClass })
  await say("a1", "a")
  await say("a2", "a")
  await say("b1", "b")
  using part = new Part(instant, () =>
    useMessages({ channel: "lobby", eventClass: "a" }, { history: 10, limit: 2 }),
  )
  await instant.connect(false)
  await becomes(part.result, (messages) => messages.length === 2)
  await say("b2", "b")
  await say("a3", "a")
  await becomes(part.result, (messages) => messages.at(-1)?.msg === "a3")
  expect(texts(part.result.value)).toEqual(["a2", "a3"])
})

test("a list of an event class hears it on whichever channel is subscribed", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  using part = new Part(instant, () => useMessages({ eventClass: "paid" }))
  await instant.connect()
  await server.instant.publish("lobby", "1", { eventClass: "paid" })
  await becomes(part.result, (messages) => messages.length === 1)
  await instant.logout()
  expect(part.result.value).toEqual([])
})

test("a list begins anew with another channel, and the one before is left", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  const channel = ref("lobby")
  using part = new Part(instant, () => useMessages(channel, { history: 10 }))
  await instant.connect(false)
  await server.instant.publish("lobby", "in the lobby")
  await becomes(part.result, (messages) => messages.length === 1)
  await server.instant.publish("public", "in public")
  channel.value = "public"
  await becomes(part.result, ([message]) => message?.msg === "in public")
  expect(texts(part.result.value)).toEqual(["in public"])
  expect(Object.keys(instant.getClient()?.subscriptions() ?? {})).toEqual(["public"])
})

test("lists and members are forgotten with a login, and begin anew with the next", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  using part = new Part(instant, () => ({
    messages: useMessages("lobby", { history: 10 }),
    members: usePresence("lobby"),
    state: useChannel("lobby"),
  }))
  const { messages, members, state } = part.result
  await instant.connect(false)
  await server.instant.publish("lobby", "kept by the server")
  await becomes(messages, ({ length }) => length === 1)
  await becomes(members, ({ length }) => length === 1)
  await becomes(state, (now) => now === "subscribed")
  await instant.logout()
  expect([messages.value, members.value, state.value]).toEqual([[], [], "pending"])
  await instant.login("member", "secret")
  await instant.connect(false)
  await becomes(messages, ({ length }) => length === 1)
  await becomes(members, ([member]) => member?.user === "member")
  await becomes(state, (now) => now === "subscribed")
})

test("a channel that isn't the user's is denied, and is the user's after a login that may see it", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  using part = new Part(instant, () => useChannel("team"))
  await instant.connect(false)
  await becomes(part.result, (state) => state === "denied")
  await instant.login("member", "secret")
  await instant.connect(false)
  await becomes(part.result, (state) => state === "subscribed")
})

test("what comes for this user alone is a list like any other", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await server.instant.publishTo("user", "before")
  using part = new Part(instant, () => useMessages("@me", { history: 10 }))
  await instant.connect(false)
  await becomes(part.result, ({ length }) => length === 1)
  await server.instant.publishTo("user", "after")
  await becomes(part.result, ({ length }) => length === 2)
  expect(texts(part.result.value)).toEqual(["before", "after"])
})

test("a history that can't be had is told to onError, and the list goes on without", async () => {
  await using server = await RealServer.start({
    engineConfig: { channel: { without_namespace: { allow_history_for_subscriber: false } } },
  })
  const instant = await server.clientOf("user")
  const errors = new Queue<InstantError>()
  instant.onError(errors.push)
  using part = new Part(instant, () => useMessages("lobby", { history: 10 }))
  await instant.connect(false)
  expect((await errors.next()).message).toContain("The request for lobby failed")
  await server.instant.publish("lobby", "after")
  await becomes(part.result, ({ length }) => length === 1)
})

test("who goes and comes back in the same turn keeps the subscription", async () => {
  await using server = await RealServer.start()
  const instant = await server.clientOf("user")
  await instant.connect(false)
  const first = new Part(instant, () => useChannel("lobby"))
  await becomes(first.result, (state) => state === "subscribed")
  const subscription = instant.getClient()?.getSubscription("$lobby")
  first[Symbol.dispose]()
  using _second = new Part(instant, () => useChannel("lobby"))
  await server.instant.publish("lobby", "heard")
  expect(instant.getClient()?.getSubscription("$lobby")).toBe(subscription)
})

test("a history that the server refuses is told to onError, and the messages come all the same", async () => {
  using scene = await Scene.connected()
  const { instant, server } = scene
  const errors = new Queue<InstantError>()
  instant.onError(errors.push)
  server.answer("history", { error: { code: 108, message: "not available" } })
  using part = new Part(instant, () => useMessages("news", { history: 10 }))
  expect(await errors.next()).toMatchObject({ kind: "request", code: 108, channel: "news" })
  server.publish("news", "all the same")
  await becomes(part.result, (messages) => texts(messages).includes("all the same"))
})
