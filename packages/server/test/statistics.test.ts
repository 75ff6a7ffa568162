import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { PublishTimes } from "../src/operation/publish-times.js"
import { RecentErrors } from "../src/operation/recent-errors.js"
import { Statistics } from "../src/operation/statistics.js"
import { RunningServer } from "./running-server.js"

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe("how long publications took", () => {
  test("is told by quantiles of those since the last time", () => {
    const times = new PublishTimes()
    expect(times.takeQuantiles()).toBeNull()
    times.add(2, 94)
    times.add(400, 6)
    const quantiles = times.takeQuantiles()
    expect(quantiles?.p50).toBeGreaterThan(1)
    expect(quantiles?.p50).toBeLessThanOrEqual(2.5)
    expect(quantiles?.p95).toBeGreaterThan(250)
    expect(quantiles?.p95).toBeLessThanOrEqual(500)
    expect(times.takeQuantiles()).toBeNull()
    times.add(3_600_000, 1)
    expect(times.takeQuantiles()).toEqual({ p50: 10_000, p95: 10_000 })
  })

  test("is summed up since the start, each bucket with those below it", () => {
    const times = new PublishTimes()
    times.add(0.05, 2)
    times.add(2, 3)
    times.add(60_000, 1)
    times.takeQuantiles()
    const { buckets, count, sum } = times.histogram
    expect(count).toBe(6)
    expect(sum).toBeCloseTo(60.0061)
    expect(buckets[0]).toEqual([0.0001, 2])
    expect(buckets.find(([bound]) => bound === 0.0025)).toEqual([0.0025, 5])
    expect(buckets.at(-1)).toEqual([10, 5])
  })
})

describe("errors", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test("are counted by code, the most frequent first, and forgotten after an hour", () => {
    const errors = new RecentErrors()
    errors.add({ kind: "http", code: "csrf", count: 1 })
    errors.add({ kind: "reply", code: 103, count: 2 })
    vi.setSystemTime(30 * MINUTE)
    errors.add({ kind: "http", code: "csrf", count: 4 })
    errors.add({ kind: "disconnect", code: 103, count: 1 })
    expect(errors.list()).toEqual([
      { kind: "http", code: "csrf", count: 5 },
      { kind: "reply", code: 103, count: 2 },
      { kind: "disconnect", code: 103, count: 1 },
    ])
    vi.setSystemTime(HOUR + MINUTE)
    expect(errors.list()).toEqual([
      { kind: "http", code: "csrf", count: 4 },
      { kind: "disconnect", code: 103, count: 1 },
    ])
    vi.setSystemTime(2 * HOUR)
    expect(errors.list()).toEqual([])
  })
})

describe("the load", () => {
  test("is sampled every 5 seconds, and kept for an hour", async () => {
    await using server = await RunningServer.start()
    const { engine } = server.instant
    const times = new PublishTimes()
    const now = Date.now()
    vi.useFakeTimers({ now, toFake: ["setInterval", "clearInterval", "Date", "performance"] })
    try {
      const link = { embedded: engine }
      const statistics = new Statistics(link, times)
      for (let n = 0; n < 10; n++) await engine.publish("public", n)
      times.add(2, 10)
      vi.advanceTimersByTime(5 * SECOND)
      expect(statistics.samples).toEqual([
        {
          at: now + 5 * SECOND,
          connections: 0,
          deliveries: 0,
          publications: 2,
          publishMs: { p50: expect.any(Number), p95: expect.any(Number) },
          rss: expect.any(Number),
        },
      ])
      vi.advanceTimersByTime(HOUR)
      expect(statistics.samples).toHaveLength(720)
      expect(statistics.samples[0]).toMatchObject({ at: now + 10 * SECOND, publishMs: null })
      statistics.stop()
      vi.advanceTimersByTime(HOUR)
      expect(statistics.samples.at(-1)?.at).toBe(now + 5 * SECOND + HOUR)
    } finally {
      vi.useRealTimers()
    }
  })
})
