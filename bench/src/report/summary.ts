import type { Measurement } from "../run/fan-out.js"
import type { Outcome } from "../run/run-task.js"

/** What a server showed with so many subscribers: the medians of all rounds. */
export interface Summary {
  readonly name: string
  readonly subscribers: number
  readonly steady: Measurement
  /** Absent when in most rounds no rate kept the bound. */
  readonly bounded?: Measurement
  readonly raw: Measurement
  /** Bytes. */
  readonly memoryPerConnection: number
}

/** The medians of one server with so many subscribers. */
export function summarize(
  name: string,
  subscribers: number,
  outcomes: readonly Outcome[],
): Summary {
  const own = outcomes.filter((one) => one.name === name && one.subscribers === subscribers)
  const steady = own.flatMap((one) => (one.phase === "steady" ? [one.steady] : []))
  const saturations = own.flatMap((one) => (one.phase === "saturated" ? [one.saturation] : []))
  const bounded = saturations.flatMap((one) => (one.bounded === undefined ? [] : [one.bounded]))
  return {
    name,
    subscribers,
    steady: medians(steady),
    ...(2 * bounded.length > saturations.length && { bounded: medians(bounded) }),
    raw: medians(saturations.map(({ raw }) => raw)),
    memoryPerConnection: median(own.map(({ memoryPerConnection }) => memoryPerConnection)),
  }
}

function medians(all: readonly Measurement[]): Measurement {
  const of = (key: keyof Measurement): number => median(all.map((one) => one[key]))
  return {
    offered: of("offered"),
    delivered: of("delivered"),
    cpuPerDelivery: of("cpuPerDelivery"),
    p50: of("p50"),
    p99: of("p99"),
    generatorShare: of("generatorShare"),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}
