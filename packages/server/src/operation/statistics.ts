import type { EngineLink } from "../engine/engine-link.js"
import { EngineErrors } from "./engine-errors.js"
import { type LoadSample, LoadSamples } from "./load-samples.js"
import type { PublishHistogram, PublishTimes } from "./publish-times.js"
import { type RecentError, RecentErrors } from "./recent-errors.js"

/** How often the load is sampled, and the engine's errors are gathered, in milliseconds. */
const INTERVAL = 5_000

/** What the server counts of itself, from its start to its end. */
export class Statistics {
  readonly #times: PublishTimes
  readonly #samples: LoadSamples
  readonly #errors = new RecentErrors()
  readonly #engineErrors: EngineErrors | undefined
  readonly #timer: NodeJS.Timeout
  readonly #refusals = new Map<string, number>()
  #signIns = 0

  constructor(engine: Pick<EngineLink, "embedded">, times: PublishTimes) {
    this.#times = times
    this.#samples = new LoadSamples(engine, times)
    this.#engineErrors = engine.embedded && new EngineErrors(engine.embedded, this.#errors)
    this.#timer = setInterval(() => this.#look(), INTERVAL)
    this.#timer.unref()
  }

  /** An endpoint has refused a request, with this code. */
  refused(code: string): void {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1)
    this.#errors.add({ kind: "http", code, count: 1 })
  }

  /** Somebody has signed in. */
  signedIn(): void {
    this.#signIns++
  }

  /** The load of the last hour, the oldest sample first. */
  get samples(): readonly LoadSample[] {
    return this.#samples.all
  }

  /** The errors of the last hour. */
  errors(): readonly RecentError[] {
    this.#engineErrors?.look()
    return this.#errors.list()
  }

  /** How often somebody has signed in. */
  get signIns(): number {
    return this.#signIns
  }

  /** How many requests the endpoints have refused, by code. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals
  }

  /** How long publications took. */
  get publications(): PublishHistogram {
    return this.#times.histogram
  }

  /** Counts no more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    this.#samples.take()
    this.#engineErrors?.look()
  }
}
