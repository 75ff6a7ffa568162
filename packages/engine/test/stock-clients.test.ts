import { errors, ProtocolError, payloadJson, toRawJson } from "@instant-ws/protocol"
import { describe, expect, test } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import type { EngineConfigInput } from "../src/index.js"
import { connectionToken, secondsFromNow, subscriptionToken } from "./running-engine.js"
import { kept, StockScene, stockKinds, unpacked } from "./stock-scene.js"

const config: EngineConfigInput = {
  channel: {
    without_namespace: {
      allow_subscribe_for_client: true,
      allow_publish_for_subscriber: true,
      allow_presence_for_subscriber: true,
      presence: true,
      join_leave: true,
    },
    namespaces: [
      { name: "kept", ...kept },
      { name: "short", ...kept, history_size: 2 },
      { name: "delta", ...kept, allowed_delta_types: ["fossil"], delta_publish: true },
    ],
  },
}

/** A document of many lines, of which one tells the version. */
function document(version: number): object {
  return { version, lines: Array.from({ length: 50 }, (_, n) => `line ${n} stays as it is`) }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)

describe.each(stockKinds)("the stock client over $transport in $codec", (kind) => {
  test("gets what is published, in order, with its tags", async () => {
    await using scene = await StockScene.start(kind, config)
    const { engine } = scene.running
    const { heard } = await scene.subscribed(await scene.clientOf("42"), "news")
    for (const n of numbers(0, 100)) await engine.publish("news", { n })
    await engine.publish("news", "last", { tags: { kind: "end" } })
    const publications = await heard.take(101)
    expect(publications.slice(0, 100).map(({ data }) => data)).toEqual(
      numbers(0, 100).map((n) => ({ n })),
    )
    expect(publications[100]).toMatchObject({ data: "last", tags: { kind: "end" } })
  })

  test("publishes, and others see who did", async () => {
    await using scene = await StockScene.start(kind, config)
    const reader = await scene.subscribed(await scene.clientOf("1"), "chat")
    const token = await connectionToken("2", { info: { name: "writer" } })
    const writer = await scene.clientOf("2", { token })
    await expect(writer.publish("chat", scene.packed("too early"))).rejects.toMatchObject({
      code: 103,
    })
    const { subscription } = await scene.subscribed(writer, "chat")
    await subscription.publish(scene.packed({ text: "hello" }))
    expect(await reader.heard.next()).toMatchObject({
      event: "publication",
      data: { text: "hello" },
      info: { user: "2", connInfo: { name: "writer" } },
    })
  })

  test("sees who is there", async () => {
    await using scene = await StockScene.start(kind, config)
    const [one, other] = [await scene.clientOf("1"), await scene.clientOf("1")]
    const two = await scene.clientOf("2", {
      token: await connectionToken("2", { info: { name: "second" } }),
    })
    const { subscription } = await scene.subscribed(one, "room")
    await scene.subscribed(other, "room")
    await scene.subscribed(two, "room")
    const { clients } = await subscription.presence()
    expect(Object.values(unpacked(clients))).toHaveLength(3)
    expect(Object.values(unpacked(clients))).toContainEqual(
      expect.objectContaining({ user: "2", connInfo: { name: "second" } }),
    )
    expect(await subscription.presenceStats()).toEqual({ numClients: 3, numUsers: 2 })
  })

  test("reads what was published", async () => {
    await using scene = await StockScene.start(kind, config)
    const { subscription } = await scene.subscribed(await scene.clientOf("42"), "kept:news")
    for (const n of numbers(1, 11)) await scene.running.engine.publish("kept:news", n)
    const { offset, epoch, publications } = await subscription.history({ limit: 3 })
    expect(offset).toBe(10)
    expect(publications.map(unpacked)).toMatchObject([{ data: 1 }, { data: 2 }, { data: 3 }])
    const newest = await subscription.history({ limit: 2, reverse: true })
    expect(newest.publications.map(unpacked)).toMatchObject([{ data: 10 }, { data: 9 }])
    const later = await subscription.history({ since: { offset: 8, epoch }, limit: -1 })
    expect(later.publications.map(({ offset: at }) => at)).toEqual([9, 10])
    const of = { offset: 8, epoch: "another" }
    await expect(subscription.history({ since: of, limit: -1 })).rejects.toMatchObject({
      code: 112,
    })
  })

  test("hears who comes and goes, if it wants to", async () => {
    await using scene = await StockScene.start(kind, config)
    const watcher = await scene.clientOf("1")
    const { heard } = await scene.subscribed(watcher, "room", { joinLeave: true })
    expect(await heard.next()).toMatchObject({ event: "join", info: { user: "1" } })
    const visitor = await scene.clientOf("2")
    const { subscription } = await scene.subscribed(visitor, "room")
    expect(await heard.next()).toMatchObject({ event: "join", info: { user: "2" } })
    subscription.unsubscribe()
    expect(await heard.next()).toMatchObject({ event: "leave", info: { user: "2" } })
    await scene.subscribed(await scene.clientOf("3"), "room")
    expect(await heard.next()).toMatchObject({ event: "join", info: { user: "3" } })
  })

  test("calls methods of the backend", async () => {
    await using scene = await StockScene.start(kind, config, {
      hooks: {
        async onRpc({ method, user, data }) {
          if (method !== "double") throw new ProtocolError(errors.methodNotFound)
          return toRawJson({ user, twice: 2 * Number(data && payloadJson(data)) })
        },
      },
    })
    const client = await scene.clientOf("42")
    const answers = await Promise.all(
      numbers(0, 10).map((n) => client.rpc("double", scene.packed(n))),
    )
    expect(answers.map(unpacked)).toEqual(
      numbers(0, 10).map((n) => ({ data: { user: "42", twice: 2 * n } })),
    )
    await expect(client.rpc("dance", scene.packed(1))).rejects.toMatchObject({ code: 104 })
  })

  test("recovers what it missed each time its wire was cut, once and in order", async () => {
    await using scene = await StockScene.start(kind, config)
    const { engine } = scene.running
    const { heard } = await scene.subscribed(await scene.clientOf("42"), "kept:news")
    const publish = async (from: number, to: number) => {
      for (const n of numbers(from, to)) await engine.publish("kept:news", n)
    }
    for (const start of [0, 30]) {
      await publish(start, start + 10)
      const before = await heard.take(10)
      scene.wire.cut()
      expect(await heard.next()).toMatchObject({ event: "subscribing" })
      await publish(start + 10, start + 20)
      scene.wire.mend()
      expect(await heard.next()).toMatchObject({ event: "subscribed", recovered: true })
      await publish(start + 20, start + 30)
      const after = await heard.take(20)
      expect([...before, ...after].map(({ data }) => data)).toEqual(numbers(start, start + 30))
    }
  })

  test("is told when what it missed is gone", async () => {
    await using scene = await StockScene.start(kind, config)
    const { heard } = await scene.subscribed(await scene.clientOf("42"), "short:news")
    scene.wire.cut()
    expect(await heard.next()).toMatchObject({ event: "subscribing" })
    for (const n of numbers(0, 3)) await scene.running.engine.publish("short:news", n)
    scene.wire.mend()
    expect(await heard.next()).toMatchObject({
      event: "subscribed",
      wasRecovering: true,
      recovered: false,
      hasRecoveredPublications: false,
    })
    await scene.running.engine.publish("short:news", "next")
    expect(await heard.next()).toMatchObject({ event: "publication", data: "next" })
  })

  test("makes whole publications out of deltas, also out of those that it recovers", async () => {
    await using scene = await StockScene.start(kind, config)
    const { engine } = scene.running
    const client = await scene.clientOf("42")
    const { subscription, heard } = await scene.subscribed(client, "delta:doc", {
      delta: "fossil",
    })
    for (const n of numbers(0, 5)) await engine.publish("delta:doc", document(n))
    const before = await heard.take(5)
    expect(subscription.deltaStats()).toMatchObject({ numFullPayloads: 1, numDeltaPayloads: 4 })
    scene.wire.cut()
    expect(await heard.next()).toMatchObject({ event: "subscribing" })
    for (const n of numbers(5, 10)) await engine.publish("delta:doc", document(n))
    scene.wire.mend()
    expect(await heard.next()).toMatchObject({ event: "subscribed", recovered: true })
    for (const n of numbers(10, 15)) await engine.publish("delta:doc", document(n))
    const after = await heard.take(10)
    expect([...before, ...after].map(({ data }) => data)).toEqual(numbers(0, 15).map(document))
  })

  test("is subscribed by its token and by the server, and recovers that too", async () => {
    await using scene = await StockScene.start(kind, config)
    const { engine } = scene.running
    const client = scene.client({ token: await connectionToken("42", { channels: ["kept:own"] }) })
    const heard = scene.heardByClient(client)
    client.connect()
    expect(await heard.take(3)).toMatchObject([
      { event: "connecting" },
      { event: "connected" },
      { event: "subscribed", channel: "kept:own", recoverable: true },
    ])
    await engine.subscribe({ user: "42" }, "news", { data: { hello: 1 } })
    expect(await heard.next()).toMatchObject({
      event: "subscribed",
      channel: "news",
      data: { hello: 1 },
    })
    await engine.publish("news", "live")
    expect(await heard.next()).toMatchObject({ channel: "news", data: "live" })
    await engine.unsubscribe({ user: "42" }, "news")
    expect(await heard.next()).toMatchObject({ event: "unsubscribed", channel: "news" })
    await engine.publish("kept:own", 1)
    expect(await heard.next()).toMatchObject({ event: "publication", data: 1 })
    scene.wire.cut()
    expect(await heard.next()).toMatchObject({ event: "connecting" })
    await engine.publish("kept:own", 2)
    scene.wire.mend()
    expect(await heard.take(3)).toMatchObject([
      { event: "connected" },
      { event: "subscribed", channel: "kept:own", recovered: true },
      { event: "publication", channel: "kept:own", data: 2 },
    ])
  })

  test("is unsubscribed and disconnected by the server, and told whether to come back", async () => {
    await using scene = await StockScene.start(kind, config)
    const { engine } = scene.running
    const client = await scene.clientOf("42")
    const { heard } = await scene.subscribed(client, "kept:news")
    await engine.unsubscribe({ user: "42" }, "kept:news")
    expect(await heard.next()).toMatchObject({ event: "unsubscribed", code: 2000 })
    const heardByClient = scene.heardByClient(client)
    await engine.disconnect({ user: "42" }, { code: 4001, reason: "come back" })
    expect(await heardByClient.take(2)).toMatchObject([
      { event: "connecting", code: 4001, reason: "come back" },
      { event: "connected" },
    ])
    await engine.disconnect({ user: "42" })
    expect(await heardByClient.next()).toMatchObject({
      event: "disconnected",
      code: 3503,
      reason: "force disconnect",
    })
  })

  test("is told to come back when the engine shuts down", async () => {
    await using scene = await StockScene.start(kind, config)
    const heard = scene.heardByClient(await scene.clientOf("42"))
    await scene.running.engine.close()
    expect(await heard.next()).toMatchObject({ event: "connecting", code: 3001 })
  })

  test("is refused with the code that says why", async () => {
    await using scene = await StockScene.start(kind, config)
    const client = await scene.clientOf("42")
    const refused = client.newSubscription("$secret")
    const heard = scene.heardBy(refused)
    refused.subscribe()
    expect(await heard.take(2)).toMatchObject([
      { event: "subscribing" },
      { event: "unsubscribed", code: 103 },
    ])
    const stranger = scene.client({ token: "no token" })
    const heardByStranger = scene.heardByClient(stranger)
    stranger.connect()
    expect(await heardByStranger.take(2)).toMatchObject([
      { event: "connecting" },
      { event: "disconnected", code: 3500, reason: "invalid token" },
    ])
  })
})

describe("the stock client", () => {
  test.concurrent.each(stockKinds)(
    "renews its tokens before they expire, over $transport in $codec",
    async (kind) => {
      await using scene = await StockScene.start(kind, config)
      const renewals = { connection: 0, subscription: 0 }
      let renewed = () => {}
      const twice = new Promise<void>((resolve) => {
        renewed = () => {
          if (renewals.connection >= 2 && renewals.subscription >= 2) resolve()
        }
      })
      const client = await scene.clientOf("42", {
        token: await connectionToken("42", { exp: secondsFromNow(2) }),
        getToken: async () => {
          renewals.connection++
          renewed()
          return connectionToken("42", { exp: secondsFromNow(2) })
        },
      })
      const heardByClient = scene.heardByClient(client)
      const { heard } = await scene.subscribed(client, "$team", {
        getToken: async () => {
          renewals.subscription++
          renewed()
          return subscriptionToken("42", "$team", secondsFromNow(2))
        },
      })
      await withDeadline("two renewals of both", twice)
      await scene.running.engine.publish("$team", "still there")
      expect(await heard.next()).toMatchObject({ event: "publication", data: "still there" })
      await scene.running.engine.disconnect({ user: "42" })
      expect(await heardByClient.next()).toMatchObject({ event: "disconnected" })
    },
  )

  test.each(stockKinds.filter(({ codec }) => codec === "protobuf"))(
    "carries bytes that are no JSON, over $transport in $codec",
    async (kind) => {
      await using scene = await StockScene.start(kind, config)
      const subscription = (await scene.clientOf("42")).newSubscription("chat")
      subscription.subscribe()
      const bytes = Uint8Array.from(numbers(0, 256))
      const received = new Promise<Uint8Array>((resolve) => {
        subscription.on("publication", ({ data }) => resolve(Uint8Array.from(data)))
      })
      await subscription.publish(bytes)
      expect(await withDeadline("the publication", received)).toEqual(bytes)
    },
  )
})
