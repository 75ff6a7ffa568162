import type { Engine } from "@instant-ws/engine"
import type { ErrorKind, RecentErrors } from "./recent-errors.js"

type Counts = ReadonlyMap<number, number>

/** Adds to the errors of the last hour those that the engine in this process has counted. */
export class EngineErrors {
  readonly #engine: Engine
  readonly #errors: RecentErrors
  readonly #known = new Map<string, number>()

  constructor(engine: Engine, errors: RecentErrors) {
    this.#engine = engine
    this.#errors = errors
  }

  /** Adds what has come since the last time. */
  look(): void {
    const { errors, disconnects } = this.#engine.stats()
    this.#add("reply", errors)
    this.#add("disconnect", disconnects)
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
