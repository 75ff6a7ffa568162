import type { Sample } from "./soak.js"

/** By how much memory may have grown since the first minute, as a share of it. */
export const ALLOWED_GROWTH = 0.05
/** What came before is the start, in seconds. */
const FIRST_MINUTE = 60
/** So many samples at either end count: one alone may be a peak. */
const SAMPLES = 3

/** How a figure grew from after the first minute until the end, as a share; 0.01 is one hundredth more. */
export function growthOf(key: "rss" | "heap", samples: readonly Sample[]): number {
  const counted = samples.filter(({ seconds }) => seconds >= FIRST_MINUTE).map((one) => one[key])
  const before = middle(counted.slice(0, SAMPLES))
  return middle(counted.slice(-SAMPLES)) / before - 1
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
