import type { Engine } from "@instant-ws/engine"
import type { ErrorKind, RecentErrors } from "./recent-errors.js"

/** How often it is looked what the engine has counted, in milliseconds. */
const INTERVAL = 5_000

type Counts = ReadonlyMap<number, number>

/** Adds to the errors of the last hour those that the engine in this process has counted. */
export class EngineErrors {
  readonly #engine: Engine
  readonly #errors: RecentErrors
  readonly #known = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  constructor(engine: Engine, errors: RecentErrors) {
    this.#engine = engine
    this.#errors = errors
    this.#timer = setInterval(() => this.look(), INTERVAL)
    this.#timer.unref()
  }

  /** Adds what has come since the last time. */
  look(): void {
    const { errors, disconnects } = this.#engine.stats()
    this.#add("reply", errors)
    this.#add("disconnect", disconnects)
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #add(kind: ErrorKind, counts: Counts): void {
    for (const [code, total] of counts) {
      const key = `${kind} ${code}`
      const count = total - (this.#known.get(key) ?? 0)
      if (count === 0) continue
      this.#known.set(key, total)
      this.#errors.add({ kind, code, count })
    }
  }
}
