import { Arrivals } from "../../../packages/engine/test/conformance/arrivals.js"
import { publish } from "../publishing.js"
import type { ServedEngine } from "../served-engine.js"

/** A publication that the server has acknowledged. */
export interface Acknowledged {
  readonly channel: string
  readonly id: string
  readonly offset: number
  readonly epoch: string
}

/** How long a number of publications may take, in milliseconds. */
const DEADLINE = 30_000
let storms = 0

/** Publishers that each publish one after another, to channels in turn, until they are stopped. */
export class Storm {
  readonly #engine: ServedEngine
  readonly #channels: readonly string[]
  readonly #name = `storm-${storms++}`
  readonly #acknowledged = new Arrivals<Acknowledged>()
  readonly #publishers: Promise<unknown>
  #isStopped = false

  constructor(engine: ServedEngine, channels: readonly string[], publishers: number) {
    this.#engine = engine
    this.#channels = channels
    this.#publishers = Promise.all(
      Array.from({ length: publishers }, (_, index) => this.#publish(`${this.#name}-${index}`)),
    )
    // What goes wrong comes out when it is stopped.
    this.#publishers.catch(() => {})
  }

  /** Waits until so many more are acknowledged. @throws Error when they aren't in time. */
  async acknowledged(count: number): Promise<void> {
    const goal = this.#acknowledged.waiting.length + count
    await this.#acknowledged.until(() => this.#acknowledged.waiting.length >= goal, DEADLINE)
    if (this.#acknowledged.waiting.length < goal) throw new Error("publishing has come to a halt")
  }

  /** Ends when all that was begun is acknowledged, with a last publication to each channel. */
  async stop(): Promise<readonly Acknowledged[]> {
    this.#isStopped = true
    await this.#publishers
    for (const channel of this.#channels) await this.#publishTo(channel, `${this.#name}-last`)
    return this.#acknowledged.waiting
  }

  async #publish(publisher: string): Promise<void> {
    for (let n = 0; !this.#isStopped; n++) {
      await this.#publishTo(this.#channels[n % this.#channels.length] ?? "", `${publisher}-${n}`)
    }
  }

  async #publishTo(channel: string, id: string): Promise<void> {
    const { offset, epoch } = await publish(this.#engine, { channel, data: { id }, key: id })
    this.#acknowledged.add({ channel, id, offset, epoch })
  }
}
