import type { Centrifuge, PublicationContext, Subscription } from "centrifuge"
import { describe, expect, test } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import {
  connectionToken,
  RunningEngine,
  secondsFromNow,
  subscriptionToken,
} from "./running-engine.js"

const open = { channel: { without_namespace: { allow_subscribe_for_client: true } } } as const
const recoverable = {
  channel: {
    without_namespace: {
      allow_subscribe_for_client: true,
      force_recovery: true,
      history_size: 100,
      history_ttl: "60s",
    },
  },
} as const

/** Subscribes and waits for the reply. */
async function subscribed(client: Centrifuge, channel: string): Promise<Subscription> {
  const subscription = client.newSubscription(channel)
  subscription.subscribe()
  await withDeadline("the subscription", subscription.ready())
  return subscription
}

/** Resolves with the data of the first `count` publications. */
function publications(subscription: Subscription, count: number): Promise<unknown[]> {
  const received: unknown[] = []
  const all = new Promise<unknown[]>((resolve) => {
    subscription.on("publication", ({ data }: PublicationContext) => {
      received.push(data)
      if (received.length === count) resolve(received)
    })
  })
  return withDeadline(`${count} publications`, all)
}

describe("the stock centrifuge client", () => {
  test("connects with a token, subscribes, and receives what is published, in order", async () => {
    await using running = await RunningEngine.start(open)
    const client = await running.clientOf("42")
    client.connect()
    const subscription = await subscribed(client, "news")
    const received = publications(subscription, 100)
    for (let n = 0; n < 100; n++) await running.engine.publish("news", { n })
    expect(await received).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })))
  })

  test("recovers what it missed while its socket was cut, once and in order", async () => {
    await using running = await RunningEngine.start(recoverable)
    const client = await running.clientOf("42")
    client.connect()
    const subscription = await subscribed(client, "news")
    const received = publications(subscription, 30)
    for (let n = 0; n < 10; n++) await running.engine.publish("news", n)
    client.disconnect()
    for (let n = 10; n < 20; n++) await running.engine.publish("news", n)
    const recovered = new Promise((resolve) => {
      subscription.on("subscribed", (context) => resolve(context.recovered))
    })
    client.connect()
    expect(await withDeadline("recovery", recovered)).toBe(true)
    for (let n = 20; n < 30; n++) await running.engine.publish("news", n)
    expect(await received).toEqual(Array.from({ length: 30 }, (_, n) => n))
  })

  test("is told when what it missed is gone", async () => {
    await using running = await RunningEngine.start({
      channel: { without_namespace: { ...recoverable.channel.without_namespace, history_size: 2 } },
    })
    const client = await running.clientOf("42")
    client.connect()
    const subscription = await subscribed(client, "news")
    client.disconnect()
    for (let n = 0; n < 3; n++) await running.engine.publish("news", n)
    const context = new Promise<{ wasRecovering: boolean; recovered: boolean }>((resolve) => {
      subscription.on("subscribed", resolve)
    })
    client.connect()
    expect(await withDeadline("the subscription", context)).toMatchObject({
      wasRecovering: true,
      recovered: false,
    })
  })

  test("needs a subscription token for a private channel", async () => {
    await using running = await RunningEngine.start(open)
    const client = await running.clientOf("42")
    client.connect()
    const denied = client.newSubscription("$team")
    const refusal = new Promise<number>((resolve) => {
      denied.on("unsubscribed", ({ code }) => resolve(code))
    })
    denied.subscribe()
    expect(await withDeadline("the refusal", refusal)).toBe(103)
    client.removeSubscription(denied)
    const token = await subscriptionToken("42", "$team")
    const granted = client.newSubscription("$team", { token })
    granted.subscribe()
    const received = publications(granted, 1)
    await withDeadline("the subscription", granted.ready())
    await running.engine.publish("$team", "hello")
    expect(await received).toEqual(["hello"])
  })

  test("refreshes its connection token and its subscription token before they expire", async () => {
    await using running = await RunningEngine.start({ client: { expired_close_delay: "1s" } })
    const refreshed: string[] = []
    const client = running.client({
      getToken: async () => {
        refreshed.push("connection")
        return connectionToken("42", { exp: secondsFromNow(2) })
      },
    })
    const subscription = client.newSubscription("$x", {
      getToken: async () => {
        refreshed.push("subscription")
        return subscriptionToken("42", "$x", secondsFromNow(2))
      },
    })
    const both = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const count = (kind: string) => refreshed.filter((entry) => entry === kind).length
        if (count("connection") >= 3 && count("subscription") >= 3) resolve(clearInterval(timer))
      }, 20)
    })
    const drops: string[] = []
    client.on("connected", () => client.on("connecting", ({ reason }) => drops.push(reason)))
    subscription.subscribe()
    client.connect()
    await withDeadline("two refreshes of both", both)
    expect(drops).toEqual([])
    expect(subscription.state).toBe("subscribed")
  })

  test("publishes where it may, and sees who published", async () => {
    await using running = await RunningEngine.start({
      channel: {
        without_namespace: { allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
      },
    })
    const client = running.client({ token: await connectionToken("42", { info: { name: "x" } }) })
    client.connect()
    await client.ready()
    await expect(client.publish("chat", "too early")).rejects.toMatchObject({ code: 103 })
    const subscription = await subscribed(client, "chat")
    const publication = new Promise<PublicationContext>((resolve) => {
      subscription.on("publication", resolve)
    })
    await subscription.publish({ text: "hello" })
    expect(await withDeadline("the publication", publication)).toMatchObject({
      data: { text: "hello" },
      info: { user: "42", connInfo: { name: "x" } },
    })
  })

  test("gets the channels of its token without asking, and recovers them too", async () => {
    await using running = await RunningEngine.start(recoverable)
    const client = running.client({ token: await connectionToken("42", { channels: ["#42"] }) })
    const received: unknown[] = []
    const three = new Promise<void>((resolve) => {
      client.on("publication", ({ channel, data }) => {
        received.push([channel, data])
        if (received.length === 3) resolve()
      })
    })
    client.connect()
    await client.ready()
    await running.engine.publish("#42", 1)
    client.disconnect()
    await running.engine.publish("#42", 2)
    client.connect()
    await client.ready()
    await running.engine.publish("#42", 3)
    await withDeadline("three publications", three)
    expect(received).toEqual([
      ["#42", 1],
      ["#42", 2],
      ["#42", 3],
    ])
  })

  test("is told to come back when the engine shuts down", async () => {
    await using running = await RunningEngine.start(open)
    const client = await running.clientOf("42")
    client.connect()
    await client.ready()
    const reason = new Promise<string>((resolve) => {
      client.on("connecting", (context) => resolve(context.reason))
    })
    await running.engine.close()
    expect(await withDeadline("the goodbye", reason)).toBe("shutdown")
  })
})
