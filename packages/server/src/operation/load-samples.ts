import type { EngineLink } from "../engine/engine-link.js"
import type { PublishQuantiles, PublishTimes } from "./publish-times.js"

/** How the server did in a few seconds. */
export interface LoadSample {
  /** When they ended. Unix time in milliseconds. */
  readonly at: number
  /** Clients connected then; null with the engine elsewhere. */
  readonly connections: number | null
  /** Publications handed to connections, a second; null with the engine elsewhere. */
  readonly deliveries: number | null
  /** Publications that the engine took, a second; of this server alone with the engine elsewhere. */
  readonly publications: number
  /** How long this server's publications took; null when there was none. */
  readonly publishMs: PublishQuantiles | null
  /** The memory of this process, in bytes. */
  readonly rss: number
}

/** Those of an hour, one every 5 seconds. */
const MOST = 720

/** What is counted since the start, at one moment. */
interface Totals {
  readonly time: number
  readonly connections: number | null
  readonly deliveries: number | null
  readonly publications: number
}

/** Takes samples when it is told to, and keeps the last ones. */
export class LoadSamples {
  readonly #engine: Pick<EngineLink, "embedded">
  readonly #times: PublishTimes
  readonly #samples: LoadSample[] = []
  #before: Totals

  constructor(engine: Pick<EngineLink, "embedded">, times: PublishTimes) {
    this.#engine = engine
    this.#times = times
    this.#before = this.#totals()
  }

  /** The oldest first. */
  get all(): readonly LoadSample[] {
    return this.#samples
  }

  /** Takes one, of the time since the one before. */
  take(): void {
    const [before, now] = [this.#before, this.#totals()]
    this.#before = now
    const rate = (count: number) => Math.round((count * 10_000) / (now.time - before.time)) / 10
    this.#samples.push({
      at: Date.now(),
      connections: now.connections,
      deliveries: now.deliveries === null ? null : rate(now.deliveries - (before.deliveries ?? 0)),
      publications: rate(now.publications - before.publications),
      publishMs: this.#times.takeQuantiles(),
      rss: process.memoryUsage.rss(),
    })
    if (this.#samples.length > MOST) this.#samples.shift()
  }

  #totals(): Totals {
    const time = performance.now()
    const stats = this.#engine.embedded?.stats()
    if (stats === undefined) {
      return { time, connections: null, deliveries: null, publications: this.#times.count }
    }
    const { connections, deliveries, publications } = stats
    return { time, connections, deliveries, publications }
  }
}
