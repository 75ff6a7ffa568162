import { performance } from "node:perf_hooks"

/** What can write what waits in it. */
export interface Flushable {
  flush(): void
}

/**
 * Decides when what waits is written. In an idle process at once: at the end of the turn of the loop.
 * The more of the time goes into writing, the longer the next round waits, up to a bound, so that each
 * write carries more messages. A long round is cut into slices, so that others have their turn in between:
 * what revokes an access, for one, must not wait for ten thousand writes.
 */
export class Flusher {
  readonly #maxDelay: number
  #waiting: Flushable[] = []
  /** What is being written, and how far that is. */
  #round: readonly Flushable[] = []
  #done = 0
  /** What the round has taken so far, in milliseconds. */
  #spent = 0
  #notBefore = 0
  readonly #run = (): void => this.#flush()

  /** @param maxDelay The bound, in milliseconds; 0 never waits. */
  constructor(maxDelay: number) {
    this.#maxDelay = maxDelay
  }

  /** Asks for one flush of `item`. An item must not be added again before it was flushed. */
  add(item: Flushable): void {
    this.#waiting.push(item)
    if (this.#waiting.length === 1 && this.#round.length === 0) this.#schedule()
  }

  #flush(): void {
    if (this.#round.length === 0) {
      this.#round = this.#waiting
      this.#waiting = []
    }
    const start = performance.now()
    let now = start
    while (this.#done < this.#round.length && now - start < SLICE) {
      this.#flushSome()
      now = performance.now()
    }
    this.#spent += now - start
    if (this.#done < this.#round.length) setImmediate(this.#run)
    else this.#end(now)
  }

  /** As many as aren't worth a look at the clock. */
  #flushSome(): void {
    const until = Math.min(this.#done + BETWEEN_LOOKS, this.#round.length)
    while (this.#done < until) this.#round[this.#done++]?.flush()
  }

  #end(now: number): void {
    this.#notBefore = now + Math.min(this.#maxDelay, REST * this.#spent)
    this.#round = []
    this.#done = 0
    this.#spent = 0
    if (this.#waiting.length > 0) this.#schedule()
  }

  #schedule(): void {
    const wait = this.#notBefore - performance.now()
    if (wait < MIN_TIMER) setImmediate(this.#run)
    else setTimeout(this.#run, wait)
  }
}

/** How long others wait for a slice of a round, in milliseconds. */
const SLICE = 8
const BETWEEN_LOOKS = 32
/** A round is followed by a rest of so many times its own length. */
const REST = 2
/** Timers are no finer than a millisecond: below half of one, waiting costs more than it brings. */
const MIN_TIMER = 0.5
