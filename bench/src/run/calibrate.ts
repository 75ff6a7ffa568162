import type { Placement } from "../process/cores.js"
import { withBroadcast } from "../stage/broadcast.js"
import { sink } from "../stage/contestants.js"

/** What the load generator took from a server that does nothing but write. */
export interface Calibration {
  readonly messagesPerFrame: number
  /** Deliveries a second. */
  readonly delivered: number
  /** How much of its core the load generator used for it, 0 to 1. */
  readonly generatorShare: number
}

const SUBSCRIBERS = 1_000
const SECONDS = 1
/** For each number of messages in a frame, more deliveries a second than can be had. */
const orders = [
  { messagesPerFrame: 1, rate: 500_000 },
  { messagesPerFrame: 100, rate: 10_000_000 },
]

/** Finds out what the load generator can take, by servers that cost as little as any can. */
export async function calibrate(placement: Placement): Promise<readonly Calibration[]> {
  const results: Calibration[] = []
  for (const { messagesPerFrame, rate } of orders) {
    const options = { contestant: sink(messagesPerFrame), subscribers: SUBSCRIBERS, placement }
    const measurement = await withBroadcast(options, async (broadcast) => {
      await broadcast.measure(rate, SECONDS / 2)
      return await broadcast.measure(rate, SECONDS)
    })
    const { delivered, generatorShare } = measurement
    results.push({ messagesPerFrame, delivered, generatorShare })
  }
  return results
}
