import { ProtocolError, toRawJson } from "@instant-ws/protocol"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { MemoryBroker } from "../src/broker/memory/memory-broker.js"
import type { StreamPosition } from "../src/index.js"
import type { RawClient } from "./raw-client.js"
import { RunningEngine } from "./running-engine.js"

/** How much the channels keep, and how long, in milliseconds. */
const history = { size: 4, ttl: 1_000, metaTtl: 3_000 }

/** What happens in a channel whose reader comes and goes. */
type Step = { readonly publish: number } | { readonly wait: number } | "remove" | "leave" | "return"

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ publish: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 4, arbitrary: fc.constantFrom("leave" as const, "return" as const) },
    { weight: 2, arbitrary: fc.constantFrom("remove" as const, { wait: 400 }) },
    { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom(history.ttl, history.metaTtl) }) },
  ),
  { maxLength: 30, size: "medium" },
)

/** How a reader comes back. */
interface Return {
  readonly recovered: boolean
  /** What it had missed. */
  readonly missed: readonly number[]
  /** Where it stands now. */
  readonly at: StreamPosition
}

/** A channel into which numbers are published, and its reader. */
interface Subject {
  publish(n: number): Promise<StreamPosition | undefined>
  removeHistory(): Promise<void>
  /** The reader comes, the first time without a position. */
  return(since: StreamPosition | undefined): Promise<Return>
  /** The reader goes, and tells what it has read since it came and where it stands. */
  leave(): Promise<{ readonly read: readonly number[]; readonly at: StreamPosition }>
}

/** Knows what was published, and what the channel must still have of it. */
class Book {
  published = 0
  #kept: readonly number[] = []
  #expiresAt = Number.POSITIVE_INFINITY
  #top: StreamPosition | undefined

  add(top: StreamPosition | undefined): void {
    const hasBegunAnew = top?.epoch !== this.#top?.epoch
    expect(top?.offset).toBe(hasBegunAnew ? 1 : (this.#top?.offset ?? 0) + 1)
    this.#kept = [...this.kept, this.published++].slice(-history.size)
    this.#expiresAt = Date.now() + history.ttl
    this.#top = top
  }

  get kept(): readonly number[] {
    return Date.now() < this.#expiresAt ? this.#kept : []
  }

  forget(): void {
    this.#kept = []
  }
}

/** Plays the steps, and holds what the reader reads against what was published. */
async function play(subject: Subject, all: readonly Step[]): Promise<void> {
  const book = new Book()
  let [next, isThere] = [0, false]
  let at: StreamPosition | undefined
  const from = (first: number) =>
    Array.from({ length: book.published - first }, (_, n) => first + n)

  const comeBack = async (): Promise<void> => {
    const since = at
    const { recovered, missed, at: now } = await subject.return(since)
    const isWhole = from(next).every((n) => book.kept.includes(n))
    expect(recovered).toBe(since !== undefined && since.epoch === now.epoch && isWhole)
    expect(missed).toEqual(recovered ? from(next) : [])
    at = now
    next = book.published
  }
  const leave = async (): Promise<void> => {
    const { read, at: now } = await subject.leave()
    expect(read).toEqual(from(next))
    at = now
    next = book.published
  }
  for (const step of [...all, "return", "leave"] as const) {
    if (step === "remove") {
      await subject.removeHistory()
      book.forget()
    } else if (step === "return" || step === "leave") {
      if (isThere === (step === "return")) continue
      await (isThere ? leave() : comeBack())
      isThere = !isThere
    } else if ("wait" in step) vi.setSystemTime(Date.now() + step.wait)
    else for (let n = 0; n < step.publish; n++) book.add(await subject.publish(book.published))
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A reader of a broker, who listens to it and asks it for what was missed. */
function brokerSubject(): Subject & AsyncDisposable {
  const broker = new MemoryBroker()
  const filter = { metaTtl: history.metaTtl }
  let read: number[] = []
  let at: StreamPosition = { offset: 0, epoch: "" }
  broker.listen({
    onPublication(_, { data, offset }, { epoch }) {
      read.push(Number(data))
      at = { offset, epoch }
    },
    onJoin() {},
    onLeave() {},
    isSubscribed: () => true,
  })
  return {
    async publish(n) {
      const publication = { delta: false, version: 0, versionEpoch: "", idempotencyKey: "" }
      const data = toRawJson(n)
      return (await broker.publish("c", { ...publication, data, history })).position
    },
    removeHistory: () => broker.removeHistory("c"),
    async return(since) {
      read = []
      try {
        const part = await broker.history("c", { ...filter, ...(since && { since }) })
        at = part.position
        const count = at.offset - (since?.offset ?? Number.NaN)
        const missed = part.publications.map(({ data }) => Number(data))
        return missed.length === count
          ? { recovered: true, missed, at }
          : { recovered: false, missed: [], at }
      } catch (error) {
        if (!(error instanceof ProtocolError) || error.code !== 112) throw error
        at = (await broker.history("c", { ...filter, limit: 0 })).position
        return { recovered: false, missed: [], at }
      }
    },
    leave: async () => ({ read, at }),
    [Symbol.asyncDispose]: () => broker.close(),
  }
}

/** A reader at the end of a socket, who subscribes and unsubscribes. */
function socketSubject(running: RunningEngine, socket: RawClient, channel: string): Subject {
  let at: StreamPosition = { offset: 0, epoch: "" }
  return {
    publish: (n) => running.engine.publish(channel, n),
    removeHistory: () => running.engine.removeHistory(channel),
    async return(since) {
      socket.send({ id: 2, subscribe: { channel, ...(since && { recover: true, ...since }) } })
      const { subscribe } = await socket.next()
      const { recovered = false, publications = [], offset = 0, epoch } = Object(subscribe)
      at = { offset: publications.at(-1)?.offset ?? offset, epoch }
      return { recovered, missed: publications.map(dataOf), at }
    },
    async leave() {
      socket.send({ id: 3, unsubscribe: { channel } })
      const read: number[] = []
      for (let next = await socket.next(); next.id !== 3; next = await socket.next()) {
        const { pub } = Object(next.push)
        read.push(dataOf(pub))
        at = { ...at, offset: pub.offset }
      }
      return { read, at }
    },
  }
}

const dataOf = ({ data }: { readonly data: number }): number => data

describe("a reader who comes and goes has no gap, no repeat and no disorder, or is told", () => {
  test("at a broker in memory", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await using subject = brokerSubject()
        await play(subject, all)
      }),
      { numRuns: 500 },
    )
  })

  test("at the end of a socket", async () => {
    await using running = await RunningEngine.start({
      // The clock leaps, and nobody here answers a ping.
      client: { ping_interval: "10000h", channel_position_check_delay: "10000h" },
      channel: {
        without_namespace: {
          allow_subscribe_for_client: true,
          force_recovery: true,
          history_size: history.size,
          history_ttl: `${history.ttl / 1000}s`,
          history_meta_ttl: `${history.metaTtl / 1000}s`,
        },
      },
    })
    const socket = await running.socketOf("42")
    let run = 0
    await fc.assert(
      fc.asyncProperty(steps, (all) => play(socketSubject(running, socket, `c${run++}`), all)),
      { numRuns: 200 },
    )
  })
})

describe("publications that race with a subscription", () => {
  test("arrive once and in order, in the reply or behind it", async () => {
    vi.useRealTimers()
    await using running = await RunningEngine.start({
      channel: {
        without_namespace: {
          allow_subscribe_for_client: true,
          force_recovery: true,
          history_size: 100,
          history_ttl: "60s",
        },
      },
    })
    const socket = await running.socketOf("42")
    for (let round = 0; round < 20; round++) {
      const channel = `c${round}`
      socket.send({ id: 2, subscribe: { channel, recover: true } })
      for (let n = 0; n < 50; n++) {
        await running.engine.publish(channel, n)
        // Lets the socket have its turn now and then.
        if (n % (round + 1) === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      const { publications = [] } = Object((await socket.next()).subscribe)
      const read: number[] = publications.map(dataOf)
      while (read.length < 50) read.push(dataOf(Object((await socket.next()).push).pub))
      expect(read).toEqual(Array.from({ length: 50 }, (_, n) => n))
      socket.send({ id: 3, unsubscribe: { channel } })
      expect(await socket.next()).toEqual({ id: 3, unsubscribe: {} })
    }
  })
})
