import { performance } from "node:perf_hooks"

/** Who asks to be let in. */
export interface Arrival {
  /** The path that it came to. */
  readonly path: string
  /** Its turn has come. */
  enter(): void
  /**
   * It may not come in.
   * @param retryAfter When to try again, in seconds; undefined where that can't be known.
   */
  refuse(retryAfter: number | undefined): void
}

/** Who opens, and who says no. */
export interface Doorkeeper {
  letIn(arrival: Arrival): void
  /** There is no room to wait in, or the arrival has waited for too long. */
  turnAway(arrival: Arrival): void
}

/** The time that handshakes may take of one turn of the event loop, in milliseconds. */
const BUDGET = 2
/** As many are let in at most in a turn: of some nobody sees what they cost, as they go on later. */
const MAX_PER_TURN = 16
/** Nobody waits for longer, in milliseconds. */
const MAX_WAIT = 5_000

/**
 * Lets a crowd in at the rate that the event loop sustains: a few in each turn of it, first come, first
 * served, so that those inside get their share of the turn. Without a crowd nobody waits. How fast it
 * moves depends on nobody who is let in (docs/decisions/0007-crowds-at-the-door.md).
 */
export class AcceptQueue {
  readonly #maxSize: number
  readonly #doorkeeper: Doorkeeper
  /** Since when each waits. */
  readonly #waiting = new Map<Arrival, number>()
  #nextTurn: NodeJS.Immediate | undefined
  /** What was spent and who was let in since the last turn began. */
  #spent = 0
  #letIn = 0

  /** @param maxSize How many may wait. */
  constructor(maxSize: number, doorkeeper: Doorkeeper) {
    this.#maxSize = maxSize
    this.#doorkeeper = doorkeeper
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size
  }

  /** Takes who has come: lets it in or turns it away, at once or when its turn comes. */
  add(arrival: Arrival): void {
    if (this.#waiting.size === 0 && this.#hasTime) this.#open(arrival)
    else if (this.#waiting.size < this.#maxSize) this.#waiting.set(arrival, performance.now())
    else this.#doorkeeper.turnAway(arrival)
  }

  /** Whether an arrival waits. */
  has(arrival: Arrival): boolean {
    return this.#waiting.has(arrival)
  }

  /** Forgets one that waits no more. */
  remove(arrival: Arrival): void {
    this.#waiting.delete(arrival)
  }

  /** Lets all who wait know that it's their turn, whatever it costs. */
  empty(): void {
    for (const arrival of this.#waiting.keys()) {
      this.#waiting.delete(arrival)
      this.#doorkeeper.letIn(arrival)
    }
  }

  get #hasTime(): boolean {
    return this.#spent < BUDGET && this.#letIn < MAX_PER_TURN
  }

  #turn(): void {
    this.#nextTurn = undefined
    this.#spent = 0
    this.#letIn = 0
    for (const [arrival, since] of this.#waiting) {
      if (!this.#hasTime) break
      this.#waiting.delete(arrival)
      if (performance.now() - since < MAX_WAIT) this.#open(arrival)
      else this.#doorkeeper.turnAway(arrival)
    }
  }

  #open(arrival: Arrival): void {
    // Behind the poll phase, where the commands and the next arrivals are read.
    this.#nextTurn ??= setImmediate(() => this.#turn())
    const start = performance.now()
    this.#doorkeeper.letIn(arrival)
    this.#spent += performance.now() - start
    this.#letIn++
  }
}
