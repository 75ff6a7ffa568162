import { describe, expect, test } from "vitest"
import { P99_BOUND, saturate } from "../src/run/saturation.js"
import type { Measurement } from "../src/stage/broadcast.js"

/** A server that delivers up to `most` a second, and within the bound up to `prompt`. */
function server({ most, prompt }: { most: number; prompt: number }) {
  return async (rate: number): Promise<Measurement> => ({
    offered: rate,
    delivered: Math.min(rate, most),
    cpuPerDelivery: 1,
    p50: 1,
    p99: rate <= prompt ? P99_BOUND / 2 : P99_BOUND * 2,
    generatorShare: 0.5,
  })
}

describe("the search for the highest rate", () => {
  test.each([
    { most: 1_000_000, prompt: 700_000, first: 50_000 },
    { most: 90_000, prompt: 60_000, first: 50_000 },
    { most: 30_000, prompt: 25_000, first: 50_000 },
  ])("comes within a tenth of $prompt from $first", async ({ most, prompt, first }) => {
    const { bounded, raw } = await saturate(server({ most, prompt }), first)
    expect(bounded?.delivered).toBeLessThanOrEqual(prompt)
    expect(bounded?.delivered).toBeGreaterThan(0.9 * prompt)
    expect(raw.delivered).toBe(most)
  })

  test("tells the most of a server that is never prompt", async () => {
    const { bounded, raw } = await saturate(server({ most: 400_000, prompt: 0 }), 50_000)
    expect(bounded).toBeUndefined()
    expect(raw.delivered).toBe(400_000)
  })

  test("goes beyond overload as long as that brings more", async () => {
    const steady = server({ most: 100_000, prompt: 0 })
    // It delivers a share only, but more the more it is offered, up to its most.
    const { raw } = await saturate(async (rate) => {
      const step = await steady(rate)
      return rate <= 50_000 ? step : { ...step, delivered: Math.min(0.6 * rate, 400_000) }
    }, 50_000)
    expect(raw.delivered).toBe(400_000)
  })

  test("goes on when a rate is missed once", async () => {
    const steady = server({ most: 400_000, prompt: 300_000 })
    let calls = 0
    const { bounded } = await saturate(async (rate) => {
      const step = await steady(rate)
      return calls++ === 0 ? { ...step, delivered: rate / 2 } : step
    }, 50_000)
    expect(bounded?.delivered).toBeGreaterThan(270_000)
  })
})
