import { type } from "arktype"
import { type DeclaredChannels, useInstant } from "djangoinstant"
import * as v from "valibot"
import { describe, expect, expectTypeOf, test } from "vitest"
import { z } from "zod"
import { databases } from "../../../test/databases.js"
import { channel, createInstant, EventError, type SiteOptions } from "../src/index.js"
import { listen } from "./realtime.js"
import { RunningServer, SECRETS } from "./running-server.js"

const orders = channel("orders", {
  level: "public",
  events: { paid: z.object({ id: z.number(), currency: z.string().default("EUR") }) },
})

/** A server with declared channels, and what a visitor receives on the public ones. */
async function declared(channels: SiteOptions["channels"]) {
  const server = await RunningServer.start({ channels, anonymousAccess: true })
  const { received } = await listen(server, await server.browser().tokens())
  return {
    instant: server.instant,
    next: async () => (await received.next()).data,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

describe.each(databases)("declared channels on $name", (kind) => {
  test("are made at the start, and set to what they are declared with at the next", async () => {
    await using database = await kind.make()
    const start = (channels: SiteOptions["channels"]) =>
      createInstant({ database: database.url, secrets: SECRETS, channels })
    const first = await start([{ name: "desk", level: "staff", groups: ["b", "a"] }, { name: "x" }])
    expect(await first.channels.find("desk")).toMatchObject({ name: "$desk", groups: ["a", "b"] })
    expect(await first.channels.find("x")).toMatchObject({ name: "$x", level: "superuser" })
    await first.channels.set("desk", { isActive: false })
    await first.close()
    const second = await start([{ name: "desk", level: "users" }])
    // What is not declared stays as it was set.
    expect(await second.channels.find("desk")).toEqual({
      name: "$desk",
      level: "users",
      isActive: false,
      groups: ["a", "b"],
    })
    await second.close()
  })
})

const postgres = databases.filter(({ name }) => name === "PostgreSQL")

test.each(postgres)("several servers that start at once on $name declare alike", async (kind) => {
  await using database = await kind.make()
  const channels = ["a", "b", "c", "d"].map(
    (name) => ({ name, level: "users", groups: ["g"] }) as const,
  )
  const starting = [1, 2, 3].map(() =>
    createInstant({ database: database.url, secrets: SECRETS, channels }),
  )
  const [instant, ...others] = await Promise.all(starting)
  expect(await instant?.channels.list()).toHaveLength(4 + channels.length)
  await Promise.all([instant, ...others].map((each) => each?.close()))
})

test("every mistake in declarations is named at the start", async () => {
  const channels = [
    { name: "a#b" },
    { name: "twice" },
    { name: "$twice" },
    { name: "odd", level: "nobody", groups: "g", events: { paid: 1 } },
  ]
  // @ts-expect-error What JavaScript may pass.
  const starting = createInstant({ database: "never-made.sqlite", secrets: SECRETS, channels })
  await expect(starting).rejects.toThrow(/channels\[0\].*#.*channels\[3\]/)
  await expect(starting).rejects.toThrow(/the channel "\$twice" twice/)
  await expect(starting).rejects.toThrow(/the level "nobody".*groups that are no list/)
  await expect(starting).rejects.toThrow(/for the event "paid" no Standard Schema/)
})

describe("an event of a declared channel", () => {
  const schemas = {
    zod: z.object({ id: z.number() }),
    valibot: v.object({ id: v.number() }),
    arktype: type({ id: "number" }),
    asynchronous: z.object({ id: z.number().refine(async (id) => id < 10, "is too large") }),
  }
  test.each(Object.entries(schemas))("is checked by a schema (%s)", async (_, paid) => {
    await using site = await declared([channel("orders", { level: "public", events: { paid } })])
    await site.instant.publish("orders", "m", { eventClass: "paid", data: { id: 1 } })
    expect(await site.next()).toMatchObject({ message: "m", data: { id: 1 } })
    const wrong = site.instant.publish("orders", "m", { eventClass: "paid", data: { id: "x" } })
    const error = await wrong.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(EventError)
    expect(error).toMatchObject({ channel: "orders", eventClass: "paid" })
    expect(String(error)).toMatch(
      /^EventError: The event "paid" on the channel "orders" has data that its schema refuses: .*id/,
    )
  })

  test("is refused where its class isn't declared, however it is published", async () => {
    await using site = await declared([orders])
    const refusal = /"lost" on the channel "orders" is none of those that are declared: paid/
    const options = { eventClass: "lost", data: {} }
    await expect(site.instant.publish("orders", "m", options)).rejects.toThrow(refusal)
    const durable = site.instant.publish("orders", "m", { ...options, durable: true })
    await expect(durable).rejects.toThrow(refusal)
    const [bad, good] = await site.instant.publishMany([
      { channel: "orders", message: "m", ...options },
      { channel: "orders", eventClass: "paid", data: { id: 1 } },
    ])
    expect(String(bad)).toMatch(refusal)
    expect(good).toMatchObject({ id: expect.any(String), position: { offset: 1 } })
    expect(await site.next()).toMatchObject({ data: { id: 1 } })
    expect((await site.instant.outbox.stats()).waiting).toBe(0)
  })

  test("carries what its schema makes of the data, and none of what it leaves out", async () => {
    await using site = await declared([orders])
    const row = { id: 1, password: "secret" }
    await site.instant.publish(orders, undefined, { eventClass: "paid", data: row })
    expect((await site.next()).data).toEqual({ id: 1, currency: "EUR" })
  })

  test("is refused when clients would refuse what its schema makes of it", async () => {
    const counted = channel("counted", {
      level: "public",
      events: { done: z.object({ n: z.string().transform(Number) }) },
    })
    await using site = await declared([counted])
    const publishing = site.instant.publish(counted, "m", { eventClass: "done", data: { n: "1" } })
    await expect(publishing).rejects.toThrow(/becomes data that clients will refuse.*n: /)
  })

  test("is checked whatever name its channel has", async () => {
    await using site = await declared([{ ...orders, level: "users" }])
    const publishing = site.instant.publish("$orders", "m", { eventClass: "lost" })
    await expect(publishing).rejects.toThrow(EventError)
    await site.instant.publish("news", "m", { eventClass: "anything", data: 1 })
  })
})

describe("publishMany", () => {
  test("gives each event its outcome, in order", async () => {
    await using site = await declared([{ name: "news", level: "public" }])
    const outcomes = await site.instant.publishMany([
      { channel: "news", message: "one", bucket: "b", site: "Other" },
      { channel: "news" },
      { channel: "nowhere:x", message: "lost" },
      { channel: "news", data: { id: 17n } },
      { channel: "news", message: "two", eventClass: "c", data: [1] },
    ])
    expect(outcomes).toEqual([
      { id: expect.any(String), position: expect.objectContaining({ offset: 1 }) },
      expect.any(TypeError),
      expect.objectContaining({ code: 102 }),
      expect.any(TypeError),
      { id: expect.any(String), position: expect.objectContaining({ offset: 2 }) },
    ])
    expect(await site.next()).toMatchObject({ message: "one", bucket: "b", site: "Other" })
    expect(await site.next()).toMatchObject({ message: "two", event_class: "c", data: [1] })
  })
})

test("one declaration types what the server publishes and what the client gets", () => {
  type Channels = DeclaredChannels<readonly [typeof orders]>
  expectTypeOf<Channels>().toEqualTypeOf<{ orders: { paid: { id: number; currency: string } } }>()
  const client = useInstant({ channels: [orders] })
  client.on({ channel: "orders", eventClass: "paid" }, ({ data }) => {
    expectTypeOf(data).toEqualTypeOf<{ id: number; currency: string }>()
  })
  const typed = (instant: Awaited<ReturnType<typeof createInstant>>) => [
    instant.publish(orders, "m", { eventClass: "paid", data: { id: 1 } }),
    // @ts-expect-error Another type.
    instant.publish(orders, "m", { eventClass: "paid", data: { id: "1" } }),
    // @ts-expect-error No such class.
    instant.publish(orders, "m", { eventClass: "lost", data: { id: 1 } }),
  ]
  expect(typed).toBeTypeOf("function")
})
