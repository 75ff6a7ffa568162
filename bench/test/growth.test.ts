import { expect, test } from "vitest"
import { growthOf } from "../src/soak/growth.js"

const samples = (values: readonly number[]) =>
  values.map((rss, i) => ({ seconds: 10 * (i + 1), rss, heap: 1 }))

test("what memory does in the first minute doesn't count", () => {
  expect(growthOf("rss", samples([10, 20, 30, 40, 50, 100, 100, 100, 104, 104, 104]))).toBeCloseTo(
    0.04,
  )
})

test("a single peak is no growth", () => {
  expect(growthOf("rss", samples([1, 1, 1, 1, 1, 100, 100, 100, 100, 100, 150]))).toBe(0)
})
