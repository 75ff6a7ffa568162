import { ProtocolError } from "@instant-ws/protocol"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { type DatabaseKind, databases } from "../../../test/databases.js"
import { engineKeys, ServedEngine } from "../../../test/endurance/served-engine.js"
import { connect } from "../src/database/connect.js"
import type { EngineLink, Publication } from "../src/engine/engine-link.js"
import { createInstant, type Instant, type RemoteEngine } from "../src/index.js"
import { Dispatcher } from "../src/outbox/dispatcher.js"
import { OutboxWriter } from "../src/outbox/outbox-writer.js"
import { listen } from "./realtime.js"
import { RunningServer } from "./running-server.js"

/** A server, and what a visitor receives on its channel `news`. */
async function opened(kind: DatabaseKind) {
  const server = await RunningServer.start({ anonymousAccess: true }, kind)
  await server.instant.channels.add("news", { level: "public" })
  const { received } = await listen(server, await server.browser().tokens())
  const next = async (): Promise<unknown> => (await received.next()).data.message
  return {
    instant: server.instant,
    next,
    async take(count: number): Promise<readonly unknown[]> {
      const messages = []
      while (messages.length < count) messages.push(await next())
      return messages
    },
    received,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Resolves when nothing waits any more. */
function drained({ outbox }: Pick<Instant, "outbox">): Promise<void> {
  return vi.waitFor(async () => expect((await outbox.stats()).waiting).toBe(0), {
    timeout: 5_000,
    interval: 10,
  })
}

const durable = { durable: true } as const

describe.each(databases)("the outbox on $name", (kind) => {
  test("delivers in order what is published durably, with its id as the envelope's", async () => {
    await using site = await opened(kind)
    for (let n = 0; n < 20; n++) await site.instant.publish("news", n, durable)
    expect(await site.take(20)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    const { id, position } = await site.instant.publish("news", "last", durable)
    expect(position).toBeUndefined()
    expect((await site.received.next()).data).toMatchObject({ id, message: "last" })
    await drained(site.instant)
    const entries = await site.instant.outbox.list({ state: "delivered" })
    expect(entries).toHaveLength(21)
    expect(entries.at(-1)).toMatchObject({ id, channel: "news", attempts: 0, lastError: "" })
  })

  test("leaves others their turn while somebody accepts one event after the other", async () => {
    await using site = await opened(kind)
    let isDone = false
    const storm = async () => {
      for (let n = 0; n < 50; n++) await site.instant.publish("news", n, durable)
      isDone = true
    }
    const stormed = storm()
    await site.next()
    expect(isDone).toBe(false)
    await stormed
  })

  test("has a channel whose name holds a NUL be another one than that before it", async () => {
    await using site = await opened(kind)
    await site.instant.publish("news\0", "to another channel", durable)
    await site.instant.publish("news", "to this one", durable)
    expect(await site.next()).toBe("to this one")
    const channels = (await site.instant.outbox.list({})).map(({ channel }) => channel)
    expect(channels[0]).toBe("news\uFFFD")
  })

  test("takes broadcasts, events of a user, and many at once", async () => {
    await using site = await opened(kind)
    await site.instant.broadcast({ message: "all", ...durable })
    expect(await site.next()).toBe("all")
    await site.instant.publishTo("nobody", "m", durable)
    const events = ["a", "b", "c"].map((message) => ({ channel: "news", message }))
    const outcomes = await site.instant.publishMany(events, durable)
    expect(outcomes).toHaveLength(3)
    expect(await site.take(3)).toEqual(["a", "b", "c"])
    const wrong = [...events, { channel: "news" }]
    await expect(site.instant.publishMany(wrong, durable)).rejects.toThrow(TypeError)
    await site.instant.publish("news", "after", durable)
    expect(await site.next()).toBe("after")
  })

  test("accepts an event when a transaction is committed, and not when it is undone", async () => {
    await using site = await opened(kind)
    const { database } = site.instant
    const undone = database.transaction().execute(async (transaction) => {
      await site.instant.publish("news", "undone", { durable: true, transaction })
      throw new Error("undone")
    })
    await expect(undone).rejects.toThrow("undone")
    await database.transaction().execute(async (transaction) => {
      await site.instant.publish("news", "done", { durable: true, transaction })
      const events = [{ channel: "news", message: "too" }]
      await site.instant.publishMany(events, { durable: true, transaction })
    })
    expect(await site.take(2)).toEqual(["done", "too"])
  })

  test("refuses a transaction that would not be the event's", async () => {
    await using site = await opened(kind)
    const { instant } = site
    const { database } = instant
    // @ts-expect-error A Kysely that has begun none.
    const bare = instant.publish("news", "m", { durable: true, transaction: database })
    await expect(bare).rejects.toThrow(/must be a Kysely transaction/)
    const pool = new pg.Pool()
    const pooled = instant.publish("news", "m", { durable: true, transaction: pool })
    await expect(pooled).rejects.toThrow(/a pool .* would accept the event in another transaction/)
    // @ts-expect-error It isn't durable.
    const direct = instant.publish("news", "m", { transaction: new pg.Client() })
    await expect(direct).rejects.toThrow(/transaction goes with durable: true/)
  })

  test("delivers scheduled events when they are due, in the order of their times", async () => {
    await using site = await opened(kind)
    const now = Date.now()
    const at = (milliseconds: number) => ({ schedule: new Date(now + milliseconds) })
    const { id } = await site.instant.publish("news", "discarded", at(250))
    await site.instant.publish("news", "third", at(400))
    await site.instant.publish("news", "second", at(300))
    await site.instant.publish("news", "first", durable)
    expect(await site.instant.outbox.stats()).toMatchObject({ scheduled: 3, failed: 0 })
    expect(await site.instant.outbox.discard(id)).toBe(true)
    expect(await site.instant.outbox.discard(id)).toBe(false)
    expect(await site.next()).toBe("first")
    expect(await site.next()).toBe("second")
    expect(Date.now()).toBeGreaterThanOrEqual(now + 300)
    expect(await site.next()).toBe("third")
    const never = site.instant.publish("news", "m", { schedule: new Date(Number.NaN) })
    await expect(never).rejects.toThrow("schedule is an invalid date")
  })

  test("delivers events of a channel that was removed meanwhile, and goes on", async () => {
    await using database = await kind.make()
    await using site = await opened(kind)
    const db = await connect(database.url)
    const sent: Publication[] = []
    const writer = new OutboxWriter(db)
    await writer.add([entry("gone", 1), entry("news", 2)])
    const dispatcher = new Dispatcher({ db, engine: engineThat((each) => void sent.push(each)) })
    await vi.waitFor(() => expect(sent.map(({ channel }) => channel)).toEqual(["gone", "news"]))
    await dispatcher.stop()
    await db.destroy()
    await site.instant.publish("gone", "m", durable)
    await site.instant.publish("news", "on it goes", durable)
    expect(await site.next()).toBe("on it goes")
  })

  test("fails an entry that the engine refuses too often, and goes on with its channel", async () => {
    await using database = await kind.make()
    const db = await connect(database.url)
    const sent: string[] = []
    let isCured = false
    const engine = engineThat(({ data, channel }) => {
      const isRefused = data === 1 && channel === "a" && !isCured
      sent.push(`${channel}${data}`)
      return isRefused
        ? new ProtocolError({ code: 107, message: "bad request", temporary: false })
        : undefined
    })
    await new OutboxWriter(db).add([entry("a", 1), entry("a", 2), entry("b", 1)])
    const options = { retryPause: 5, tries: 3, interval: 5 }
    const dispatcher = new Dispatcher({ db, engine, options })
    await vi.waitFor(() => expect(sent).toEqual(["a1", "b1", "a1", "a1", "a2"]))
    const instant = await createInstant({ database: database.url, engine: nowhere, outbox: "off" })
    const { outbox } = instant
    await drained(instant)
    const [failed] = await outbox.list({ state: "failed" })
    expect(failed).toMatchObject({ channel: "a", attempts: 3, envelope: 1 })
    expect(failed?.lastError).toBe("The engine refuses it with code 107: bad request")
    expect(await outbox.retry("none")).toBe(0)
    isCured = true
    expect(await outbox.retry(failed?.id ?? "")).toBe(1)
    await vi.waitFor(() => expect(sent.at(-1)).toBe("a1"))
    await drained(instant)
    expect(await outbox.stats()).toEqual({ waiting: 0, scheduled: 0, failed: 0, oldest: undefined })
    await dispatcher.stop()
    await instant.close()
    await db.destroy()
  })

  test("tries without end what the engine refuses for a time", async () => {
    await using database = await kind.make()
    const db = await connect(database.url)
    let tries = 0
    const engine = engineThat(() => {
      const isBusy = ++tries < 8
      return isBusy
        ? new ProtocolError({ code: 111, message: "too many requests", temporary: true })
        : undefined
    })
    await new OutboxWriter(db).add([entry("a", 1)])
    const options = { retryPause: 1, tries: 3, interval: 2 }
    const dispatcher = new Dispatcher({ db, engine, options })
    await vi.waitFor(() => expect(tries).toBe(8), { timeout: 5_000 })
    await dispatcher.stop()
    await db.destroy()
  })

  test("is shared by several dispatchers: each entry once, each channel in order", async () => {
    await using database = await kind.make()
    const db = await connect(database.url)
    const others = await connect(database.url)
    const sent = new Map<string, unknown[]>()
    const busy = new Set<string>()
    let meet = () => {}
    const met = new Promise<void>((resolve) => {
      meet = resolve
    })
    const engine = (worker: string): Pick<EngineLink, "publishMany"> => ({
      async publishMany(publications) {
        // Neither is done before the other has begun.
        if (busy.add(worker).size === 2) meet()
        await met
        for (const { channel, data } of publications) {
          sent.set(channel, [...(sent.get(channel) ?? []), data])
        }
        return publications.map(() => undefined)
      },
    })
    const entries = Array.from({ length: 400 }, (_, n) => entry(`c${Math.floor(n / 50)}`, n % 50))
    await new OutboxWriter(db).add(entries)
    const options = { most: 10, interval: 5 }
    const dispatchers = [
      new Dispatcher({ db, engine: engine("one"), options }),
      new Dispatcher({ db: others, engine: engine("other"), options }),
    ]
    const all = Array.from({ length: 50 }, (_, n) => n)
    await vi.waitFor(() => expect([...sent.values()].flat()).toHaveLength(400), { timeout: 10_000 })
    expect([...sent.values()]).toEqual(Array.from({ length: 8 }, () => all))
    expect([...busy].sort()).toEqual(["one", "other"])
    await Promise.all(dispatchers.map((each) => each.stop()))
    await Promise.all([db.destroy(), others.destroy()])
  })
})

const nowhere: RemoteEngine = { url: "http://127.0.0.1:9", ...engineKeys }

let keys = 0
function entry(channel: string, data: number) {
  return { key: `key-${String(keys++).padStart(8, "0")}`, channel, envelope: JSON.stringify(data) }
}

/** An engine that takes what it isn't told to refuse. */
function engineThat(
  take: (publication: Publication) => ProtocolError | undefined,
): Pick<EngineLink, "publishMany"> {
  return { publishMany: async (publications) => publications.map(take) }
}

const postgres = databases.filter(({ name }) => name === "PostgreSQL")

test.each(postgres)("a client of pg is a transaction on $name", async (kind) => {
  await using database = await kind.make()
  const instant = await createInstant({ database: database.url, engine: nowhere, outbox: "off" })
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query("begin")
  await instant.publish("news", "undone", { durable: true, transaction: client })
  expect((await instant.outbox.stats()).waiting).toBe(0)
  await client.query("rollback")
  await client.query("begin")
  await instant.publish("news", "done", { durable: true, transaction: client })
  await client.query("commit")
  const entries = await instant.outbox.list()
  expect(entries.map(({ envelope }) => envelope)).toMatchObject([{ message: "done" }])
  await client.end()
  await instant.close()
})

describe.each(databases)("while the engine is away, on $name", (kind) => {
  let engine: ServedEngine

  beforeAll(async () => {
    engine = await ServedEngine.start({
      channel: {
        without_namespace: { history_size: 1_000, history_ttl: "600s" },
      },
    })
  })
  afterAll(async () => {
    await engine[Symbol.asyncDispose]()
  })

  test("two servers accept events, which are delivered in order when it is back", async () => {
    await using database = await kind.make()
    const remote = { url: engine.url, ...engineKeys }
    const site = { database: database.url, engine: remote }
    const [one, other] = [await createInstant(site), await createInstant(site)]
    await one.publish("news", "before", durable)
    await drained(one)
    await engine.kill()
    for (let n = 0; n < 10; n++) {
      await one.publish("ones", n, durable)
      await other.publish("others", n, durable)
    }
    await vi.waitFor(async () => {
      const [first] = await one.outbox.list({ state: "waiting", limit: 1 })
      expect(first?.lastError).toMatch(/is not reached: start it/)
    })
    await engine.restart()
    await vi.waitFor(async () => expect((await one.outbox.stats()).waiting).toBe(0), {
      timeout: 10_000,
    })
    for (const channel of ["ones", "others"]) {
      const answer = await engine.api("history", { channel, limit: 100 })
      const { publications } = Object(answer).result
      const messages = publications.map((each: { data: { message: unknown } }) => each.data.message)
      expect(messages).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
    await Promise.all([one.close(), other.close()])
  })
})
