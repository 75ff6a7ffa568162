import { setTimeout } from "node:timers/promises"
import { z } from "zod"
import { micros } from "../../bench/src/clock.js"
import type { ServedEngine } from "./served-engine.js"

/** What is published, and with which key, so that a retry is no second publication. */
export interface Publishing {
  readonly channel: string
  readonly data: unknown
  readonly key: string
}

/** Where a publication stands in its channel's history. */
export interface Acknowledgement {
  readonly offset: number
  readonly epoch: string
}

/** A channel without history gives no place. */
const answer = z.object({
  result: z.object({ offset: z.int().default(0), epoch: z.string().default("") }),
})
/** How long after a publish without an answer the next try is, in milliseconds. */
const RETRY = 50
/** So long, in milliseconds, a publish is tried again. */
const PATIENCE = 30_000

/** Publishes, again and again until that is acknowledged. @throws Error when it isn't in time. */
export async function publish(
  engine: ServedEngine,
  { channel, data, key }: Publishing,
): Promise<Acknowledgement> {
  const body = { channel, data, idempotency_key: key }
  let failure: unknown
  for (const end = Date.now() + PATIENCE; Date.now() < end; await setTimeout(RETRY)) {
    try {
      return answer.parse(await engine.api("publish", body)).result
    } catch (error) {
      failure = error
    }
  }
  throw new Error(`a publish wasn't acknowledged within ${PATIENCE} ms`, { cause: failure })
}

/** Publishes `{ n, at }` to channels in turn, so many a second, until it is stopped. */
export class SteadyPublisher {
  readonly #engine: ServedEngine
  readonly #channels: readonly string[]
  readonly #sent = new Map<string, number>()
  readonly #running: Promise<void>
  #isStopped = false

  constructor(engine: ServedEngine, channels: readonly string[], perSecond: number) {
    this.#engine = engine
    this.#channels = channels
    this.#running = this.#run(1000 / perSecond)
    // What goes wrong comes out when it is stopped.
    this.#running.catch(() => {})
  }

  /** Ends, and tells how many each channel has got: their offsets, and `n`, are from 1 to that. */
  async stop(): Promise<ReadonlyMap<string, number>> {
    this.#isStopped = true
    await this.#running
    return this.#sent
  }

  async #run(interval: number): Promise<void> {
    const start = performance.now()
    for (let count = 0; !this.#isStopped; count++) {
      const channel = this.#channels[count % this.#channels.length] ?? ""
      const n = (this.#sent.get(channel) ?? 0) + 1
      this.#sent.set(channel, n)
      const data = { n, at: Math.round(micros()) }
      await publish(this.#engine, { channel, data, key: `${channel} ${n}` })
      await setTimeout(Math.max(0, start + (count + 1) * interval - performance.now()))
    }
  }
}
