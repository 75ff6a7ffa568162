import { type Instant, type InstantOptions, Message, useInstant } from "djangoinstant"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { centrifugoKind } from "../packages/engine/test/conformance/servers/centrifugo.js"
import { engineKind } from "../packages/engine/test/conformance/servers/engine.js"
import type { ServerUnderTest } from "../packages/engine/test/conformance/servers/server-under-test.js"
import { keys, OldSite } from "./old-site.js"
import { originalDjangoInstant } from "./original-django-instant.js"
import { Queue } from "./queue.js"
import { PATIENCE } from "./virtual-environment.js"

const { CENTRIFUGO_BIN: centrifugo } = process.env

const engines = [
  ["our engine", engineKind],
  ...(centrifugo ? ([["Centrifugo", centrifugoKind(centrifugo)]] as const) : []),
] as const

/** What a v6 engine needs for a site of 4.2.0, and what is missed in a cut is kept. */
const config = {
  client: { token: { hmac_secret_key: keys.tokens }, allowed_origins: [] },
  http_api: { key: keys.api },
  channel: {
    without_namespace: {
      history_size: 100,
      history_ttl: "60s",
      force_recovery: true,
      presence: true,
      allow_history_for_subscriber: true,
      allow_presence_for_subscriber: true,
    },
  },
}

describe.each(engines)("our client at django-instant 4.2.0 with cent 4.1 and %s", (_, kind) => {
  let engine: ServerUnderTest
  let site: OldSite

  beforeAll(async () => {
    const { python } = await originalDjangoInstant()
    engine = await kind.start(JSON.stringify(config))
    site = await OldSite.beside(engine, python)
  }, 3 * PATIENCE)

  afterAll(async () => {
    await site?.[Symbol.asyncDispose]()
    await engine?.[Symbol.asyncDispose]()
  })

  /** A client that ends with the test. */
  function client(options: InstantOptions = {}): Instant {
    const instant = useInstant(options)
    onTestFinished(() => instant.destroy())
    return instant
  }

  async function signedIn(username: string): Promise<Instant> {
    const instant = client()
    await instant.init(site.url, site.websocketsUrl)
    await instant.login(username, "secret")
    return instant
  }

  const names = ({ channels }: Instant) => [...channels].map(({ name }) => name).toSorted()

  test("receives in the order of its README, by the members that 0.5.0 told of", async () => {
    const instant = client()
    const messages = new Queue<Message>()
    await instant.init(site.url, site.websocketsUrl, false)
    await instant.login("root", "secret")
    await instant.get_token()
    instant.onMessage((message) => messages.push(message))
    await instant.connect()
    expect(await instant.onReady).toBe(true)
    const channels = [...instant.channels].map(({ name, level }) => `${name} ${level}`)
    expect(channels.toSorted()).toEqual([
      "$staff staff",
      "$superuser superuser",
      "$team groups",
      "$users users",
      "public public",
    ])
    expect(instant.getClient()?.state).toBe("connected")
    for (const { name } of instant.channels) {
      await site.publish(name, "paid", { event_class: "important", data: [1], bucket: "orders" })
      const message = await messages.next()
      expect(message).toBeInstanceOf(Message)
      expect(message).toMatchObject({
        channelName: name,
        msg: "paid",
        data: [1],
        eventClass: "important",
        site: "Old site",
        bucket: "orders",
        id: "",
      })
      expect(Date.now() - message.date.getTime()).toBeLessThan(60_000)
    }
    await site.publish("public", "☃")
    expect(await messages.next()).toMatchObject({ msg: "☃", data: {}, eventClass: "", bucket: "" })
  })

  test("connects first and subscribes then, as connect(false) and subscribe() do", async () => {
    const instant = await signedIn("ada")
    const messages = new Queue<string>()
    instant.onMessage(({ channelName }) => messages.push(channelName))
    await instant.connect(false)
    await site.publish("public", "before")
    await instant.subscribe()
    for (const channel of ["$staff", "$superuser", "$team", "$users", "public"]) {
      await site.publish(channel, "after")
    }
    expect(await messages.take(2)).toEqual(["$users", "public"])
  })

  test("gets once, in order, what was published while it was away", async () => {
    const instant = await signedIn("ada")
    const messages = new Queue<string>()
    const subscription = () => instant.getClient()?.getSubscription("public")
    instant.on("public", ({ msg }) => messages.push(msg))
    await instant.connect()
    await site.publish("public", "1")
    expect(await messages.next()).toBe("1")
    instant.getClient()?.disconnect()
    await site.publish("public", "2")
    await site.publish("public", "3")
    instant.getClient()?.connect()
    await subscription()?.ready()
    await site.publish("public", "4")
    expect(await messages.take(3)).toEqual(["2", "3", "4"])
    const { messages: kept } = await instant.history("public", { limit: 3 })
    expect(kept.map(({ msg }) => msg)).toEqual(["2", "3", "4"])
    const members = await instant.presence("public")
    expect(members.map(({ user }) => user)).toEqual(["ada"])
  })

  test("is told of a wrong password, and signs out and in as somebody else", async () => {
    const instant = client()
    await instant.init(site.url, site.websocketsUrl)
    expect(instant.ready).toBe(false)
    await expect(instant.login("ada", "wrong")).rejects.toMatchObject({
      kind: "backend",
      code: 403,
    })
    await instant.login("ada", "secret")
    await instant.connect()
    expect(names(instant)).toEqual(["$users", "public"])
    await instant.logout()
    expect(instant.status).toBe("loggedOut")
    await instant.login("root", "secret")
    await instant.connect()
    expect(names(instant)).toContain("$superuser")
  })
})
