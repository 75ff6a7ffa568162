import {
  cpuPer,
  type Figure,
  type Figures,
  figuresOf,
  latency,
  loadShare,
} from "../report/figure.js"
import { asCount } from "../report/units.js"
import type { Broadcast, Measurement } from "../stage/broadcast.js"

/** Deliveries a second in a steady phase, unless a scenario says otherwise. */
export const STEADY_RATE = 20_000
/** Publishing that doesn't count, in each fresh server. */
export const WARM_UP_SECONDS = 0.5
const STEADY_SECONDS = 2
/** A steady phase or a step of a search has at least so many publications. */
const MIN_PUBLICATIONS = 5

/** How long it takes at a rate of deliveries a second until there is something to measure, in seconds. */
export function minSeconds(subscribers: number, rate: number): number {
  return (MIN_PUBLICATIONS * subscribers) / rate
}

/** Publishes at a steady rate to one channel, or to several in turn. */
export async function measureSteady(
  broadcast: Broadcast,
  perPublication: number,
  rate = STEADY_RATE,
): Promise<Measurement> {
  await broadcast.measure(rate, WARM_UP_SECONDS)
  const seconds = Math.max(STEADY_SECONDS, minSeconds(perPublication, rate))
  return await broadcast.measure(rate, seconds)
}

/** The lines of a table for a steady rate. */
export function steadyFigures(rate = STEADY_RATE): readonly Figure[] {
  return figuresOf(`at ${asCount(rate)} deliveries/s`, "steady", [
    cpuPer("delivery"),
    latency("p50"),
    latency("p99"),
    loadShare,
  ])
}

/** A measurement by the keys of a section. */
export function figuresOfMeasurement(prefix: string, measurement: Measurement): Figures {
  return {
    [`${prefix}.rate`]: measurement.delivered,
    [`${prefix}.cpu`]: measurement.cpuPerDelivery,
    [`${prefix}.p50`]: measurement.p50,
    [`${prefix}.p99`]: measurement.p99,
    [`${prefix}.load`]: measurement.generatorShare,
  }
}
