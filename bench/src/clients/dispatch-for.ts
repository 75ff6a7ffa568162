import { setImmediate } from "node:timers/promises"
import { turnOf } from "../channels.js"
import { ownUsage } from "../process/process-usage.js"
import type { Dispatched } from "./client-commands.js"
import type { HostedClient } from "./hosted-client.js"

/** Who dispatches. */
export interface DispatchOptions {
  readonly client: HostedClient
  readonly subscriptions: number
  /** How many frames have reached a handler so far. */
  received(): number
}

/** At most so many frames are there at a time; what makes them is not measured. */
const MAX_BATCH = 1_000
/** A batch that takes longer than this, in microseconds of processor time, is large enough. */
const LONG = 5_000
/** Dispatching that doesn't count, until all is compiled, in seconds. */
const WARM_UP_SECONDS = 0.5

/**
 * Dispatches frames that go round the subscriptions, for so many seconds of processor time.
 * @throws Error when one reaches no handler.
 */
export async function dispatchFor(seconds: number, options: DispatchOptions): Promise<Dispatched> {
  let next = 0
  let batches = 0
  let size = 1
  const run = async (limit: number): Promise<Dispatched> => {
    const total = { frames: 0, cpu: 0, parseCpu: 0 }
    while (total.cpu < limit * 1e6) {
      const batch = makeBatch({ first: next, size }, options)
      next += batch.length
      // What making it left behind is not the client's.
      globalThis.gc?.({ type: "minor" })
      // Whoever comes second finds the texts in the processor's cache.
      const parseFirst = batches++ % 2 === 0
      if (parseFirst) total.parseCpu += parse(batch)
      const took = await dispatch(batch, options)
      if (!parseFirst) total.parseCpu += parse(batch)
      total.cpu += took
      total.frames += batch.length
      if (took < LONG) size = Math.min(2 * size, MAX_BATCH)
    }
    return total
  }
  await run(WARM_UP_SECONDS)
  return await run(seconds)
}

interface Batch {
  /** Which frame is its first one, of all. */
  readonly first: number
  readonly size: number
}

function makeBatch({ first, size }: Batch, { client, subscriptions }: DispatchOptions) {
  return Array.from({ length: size }, (_, i) => {
    const { channel, sequence } = turnOf(first + i, subscriptions)
    // Through bytes, as the platform makes it: a text that is put together of parts is not all there yet.
    const data = Buffer.from(client.frame(channel, sequence)).toString()
    return new MessageEvent("message", { data })
  })
}

function parse(batch: readonly MessageEvent[]): number {
  const start = ownUsage.cpuMicros()
  for (const { data } of batch) JSON.parse(data)
  return ownUsage.cpuMicros() - start
}

async function dispatch(
  batch: readonly MessageEvent[],
  { client, received }: DispatchOptions,
): Promise<number> {
  const due = received() + batch.length
  const start = ownUsage.cpuMicros()
  for (const message of batch) client.feed.deliver(message)
  // A client that dispatches in promises is done when they are.
  if (received() < due) await setImmediate()
  const took = ownUsage.cpuMicros() - start
  const lost = due - received()
  if (lost !== 0) throw new Error(`${lost} of ${batch.length} frames reached no handler`)
  return took
}
