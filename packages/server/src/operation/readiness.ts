import type { EngineLink } from "../engine/engine-link.js"
import type { Store } from "../store.js"

/** How it stands with each part that the server needs: "ok", or what is the matter. */
export interface Readiness {
  readonly isReady: boolean
  readonly checks: Readonly<Record<"database" | "engine" | "outbox", string>>
}

/** What is checked. */
export interface ReadinessParts {
  readonly store: Store
  readonly engine: EngineLink
  /** Whether this process delivers from the outbox. */
  readonly dispatches: boolean
}

/** How long a part may take to answer, in milliseconds. */
const DEADLINE = 3_000
/** An answer counts for so long, however many ask. */
const MEMORY = 1_000
/** An entry of the outbox that is due for so long is stuck, in milliseconds. */
const STUCK = 60_000

/** Finds out whether the server can do its work. */
export class ReadinessCheck {
  readonly #parts: ReadinessParts
  #latest: Promise<Readiness> | undefined
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(parts: ReadinessParts) {
    this.#parts = parts
  }

  /** How it stands, as it was found in the last second. */
  current(): Promise<Readiness> {
    const now = performance.now()
    if (this.#latest === undefined || now - this.#askedAt > MEMORY) {
      this.#askedAt = now
      this.#latest = this.#check()
    }
    return this.#latest
  }

  async #check(): Promise<Readiness> {
    const { store, engine, dispatches } = this.#parts
    const [database, reached, outbox] = await Promise.all([
      outcomeOf(store.answers()),
      outcomeOf(engine.answers()),
      dispatches ? outcomeOf(this.#outboxMoves()) : "ok",
    ])
    const checks = { database, engine: reached, outbox }
    return { isReady: Object.values(checks).every((outcome) => outcome === "ok"), checks }
  }

  async #outboxMoves(): Promise<void> {
    const since = await this.#parts.store.outbox.overdueSince()
    if (since === undefined || Date.now() - since.getTime() < STUCK) return
    throw new Error(
      `Events are due since ${since.toISOString()} and not delivered: see the outbox for why`,
    )
  }
}

async function outcomeOf(check: Promise<void>): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`does not answer within ${DEADLINE / 1000} s`), DEADLINE)
  })
  try {
    return await Promise.race([check.then(() => "ok"), late])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(timer)
  }
}
