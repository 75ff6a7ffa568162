import type { Measurement } from "../stage/broadcast.js"

/** The latency, in milliseconds, that 99 % have to stay under. */
export const P99_BOUND = 50

/** How much a server can do. */
export interface Saturation {
  /** The highest rate whose 99th percentile stays under the bound; absent when no rate's does. */
  readonly bounded?: Measurement
  /** The most deliveries a second, at any latency. */
  readonly raw: Measurement
  /** Every step of the search, by the rate that was offered. */
  readonly steps: readonly Measurement[]
}

/** A server that delivers less than this share of what is offered is overloaded. */
const KEEPS_PACE = 0.9
/** Enough to come from any start to the end of any machine. */
const MAX_DOUBLINGS = 10
const MAX_HALVINGS = 3
/** Beyond overload the rate doubles at most so often, until that was in vain so often in a row. */
const MAX_PUSHES = 6
const MAX_FRUITLESS = 2
/** It wasn't when it brought so many times as much. */
const WORTHWHILE = 1.1
/** The last gap, of a factor of two, is halved so often: the result is exact to a tenth. */
const NARROWINGS = 3

/**
 * Searches for the highest rate: doubles it until the server is overloaded, and on as long as an overloaded
 * server delivers more for it, since one that shares its writes does; then narrows the gap.
 */
export async function saturate(
  measure: (rate: number) => Promise<Measurement>,
  firstRate: number,
): Promise<Saturation> {
  const steps: Measurement[] = []
  const take = async (rate: number): Promise<Measurement> => {
    const step = await measure(rate)
    steps.push(step)
    steps.sort((a, b) => a.offered - b.offered)
    return step
  }
  /** Once may be the machine's fault. */
  const isOverload = async (rate: number): Promise<boolean> =>
    !keepsPace(await take(rate)) && !keepsPace(await take(rate))

  let doublings = 0
  while (doublings < MAX_DOUBLINGS && !(await isOverload(firstRate * 2 ** doublings))) doublings++
  let fruitless = 0
  for (let pushes = 1; pushes <= MAX_PUSHES && fruitless < MAX_FRUITLESS; pushes++) {
    const most = mostOf(steps).delivered
    const { delivered } = await take(firstRate * 2 ** (doublings + pushes))
    fruitless = delivered < WORTHWHILE * most ? fruitless + 1 : 0
  }
  for (let halvings = 1; halvings <= MAX_HALVINGS && !steps.some(keepsPace); halvings++) {
    await take(firstRate / 2 ** halvings)
  }
  for (let narrowings = 0; narrowings < NARROWINGS; narrowings++) {
    const low = highestBounded(steps)
    const high = steps.find(({ offered }) => low !== undefined && offered > low.offered)
    if (low === undefined || high === undefined) break
    await take(Math.sqrt(low.offered * high.offered))
  }
  const bounded = highestBounded(steps)
  return { ...(bounded !== undefined && { bounded }), raw: mostOf(steps), steps }
}

/** @throws TypeError when there are no steps. */
function mostOf(steps: readonly Measurement[]): Measurement {
  return steps.reduce((most, step) => (step.delivered > most.delivered ? step : most))
}

function highestBounded(steps: readonly Measurement[]): Measurement | undefined {
  return steps.findLast((step) => keepsPace(step) && step.p99 < P99_BOUND)
}

function keepsPace({ delivered, offered }: Measurement): boolean {
  return delivered >= KEEPS_PACE * offered
}
