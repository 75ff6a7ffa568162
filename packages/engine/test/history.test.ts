import { parseRawJson } from "@instant-ws/protocol"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { MemoryBroker } from "../src/broker/memory/memory-broker.js"
import { Stream } from "../src/broker/stream.js"

const data = parseRawJson("1")
const options = { size: 5, ttl: 1_000, metaTtl: 10_000 }

describe("a channel's history", () => {
  test("keeps the newest publications, up to its size", () => {
    const stream = new Stream()
    for (let n = 0; n < 8; n++) stream.append({ data }, options, 0)
    const { publications, position } = stream.read({ metaTtl: 0 }, 0)
    expect(publications.map(({ offset }) => offset)).toEqual([4, 5, 6, 7, 8])
    expect(position.offset).toBe(8)
  })

  test("forgets publications after their time, and keeps counting", () => {
    const stream = new Stream()
    const { epoch } = stream.position
    stream.append({ data }, options, 0)
    expect(stream.read({ metaTtl: 0 }, 999).publications).toHaveLength(1)
    expect(stream.read({ metaTtl: 0 }, 1_000)).toEqual({
      publications: [],
      position: { offset: 1, epoch },
    })
    expect(stream.append({ data }, options, 2_000).offset).toBe(2)
    expect(stream.isForgotten(11_999)).toBe(false)
    expect(stream.isForgotten(12_000)).toBe(true)
  })

  test("refuses a position of another epoch", () => {
    const stream = new Stream()
    const since = { offset: 0, epoch: "other" }
    expect(() => stream.read({ since, metaTtl: 0 }, 0)).toThrow("unrecoverable position")
  })

  test("remembers a beginning that nobody goes on from only briefly", () => {
    const unused = new Stream()
    unused.keep(1_000_000, 0)
    expect(unused.isForgotten(59_999)).toBe(false)
    expect(unused.isForgotten(60_000)).toBe(true)
    unused.hold(59_999)
    expect(unused.isForgotten(60_000)).toBe(false)
    unused.append({ data }, { ...options, metaTtl: 1_000_000 }, 60_000)
    expect(unused.isForgotten(1_059_999)).toBe(false)
    expect(unused.isForgotten(1_060_000)).toBe(true)
  })

  test("reads what a search through all of it finds", () => {
    const read = fc.record({
      since: fc.option(fc.nat(12), { nil: undefined }),
      limit: fc.option(fc.nat(8), { nil: undefined }),
      reverse: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.nat(9), fc.option(fc.nat(9)), read, (published, clearedAt, asked) => {
        const stream = new Stream()
        for (let n = 0; n < published; n++) {
          if (n === clearedAt) stream.clear()
          stream.append({ data }, options, 0)
        }
        const { since: offset, limit, reverse } = asked
        const all = stream.read({ metaTtl: 0 }, 0).publications
        const found = (reverse ? all.toReversed() : all).filter(
          (each) => offset === undefined || (reverse ? each.offset < offset : each.offset > offset),
        )
        const { publications } = stream.read(
          {
            ...(offset !== undefined && { since: { ...stream.position, offset } }),
            ...(limit !== undefined && { limit }),
            reverse,
            metaTtl: 0,
          },
          0,
        )
        expect(publications).toEqual(found.slice(0, limit))
      }),
    )
  })

  test("has no gap, no repeat and no disorder behind any position, or less than was published", () => {
    const step = fc.record({ publish: fc.nat(7), wait: fc.constantFrom(0, 10, 600, 1_200) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(40), (steps, offset) => {
        const stream = new Stream()
        let now = 0
        for (const { publish, wait } of steps) {
          for (let n = 0; n < publish; n++) stream.append({ data }, options, now)
          now += wait
        }
        const { epoch, offset: top } = stream.position
        const { publications } = stream.read({ since: { offset, epoch }, metaTtl: 0 }, now)
        const offsets = publications.map((publication) => publication.offset)
        const first = offsets[0] ?? top + 1
        expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, n) => first + n))
        if (offsets.length > 0) expect(offsets.at(-1)).toBe(top)
        expect(first).toBeGreaterThan(Math.min(offset, top))
      }),
    )
  })
})

describe("a channel to which nothing was published", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function brokerOf(subscribed: ReadonlySet<string>): MemoryBroker {
    const broker = new MemoryBroker()
    broker.listen({
      onPublication() {},
      onJoin() {},
      onLeave() {},
      isSubscribed: (channel) => subscribed.has(channel),
    })
    return broker
  }
  const month = { limit: 0, metaTtl: 30 * 86_400_000 }
  const epochOf = async (broker: MemoryBroker, channel: string) =>
    (await broker.history(channel, month)).position.epoch

  test("keeps its epoch while somebody is subscribed, and for a minute after", async () => {
    const subscribed = new Set(["a"])
    const broker = brokerOf(subscribed)
    const epoch = await epochOf(broker, "a")
    vi.advanceTimersByTime(600_000)
    subscribed.clear()
    vi.advanceTimersByTime(45_000)
    const since = { offset: 0, epoch }
    expect((await broker.history("a", { ...month, since })).position).toEqual(since)
    vi.advanceTimersByTime(70_000)
    await expect(broker.history("a", { ...month, since })).rejects.toThrow("unrecoverable")
    await broker.close()
  })

  test("is forgotten otherwise, but not once something was", async () => {
    const broker = brokerOf(new Set())
    const unused = await epochOf(broker, "a")
    const used = await epochOf(broker, "b")
    await broker.publish("b", {
      data,
      delta: false,
      version: 0,
      versionEpoch: "",
      idempotencyKey: "",
      history: { ...options, metaTtl: month.metaTtl },
    })
    vi.advanceTimersByTime(120_000)
    expect(await epochOf(broker, "a")).not.toBe(unused)
    expect(await epochOf(broker, "b")).toBe(used)
    await broker.close()
  })
})
