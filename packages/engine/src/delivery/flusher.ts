import { performance } from "node:perf_hooks"

/** What can write what waits in it. */
export interface Flushable {
  flush(): void
}

/**
 * Decides when what waits is written. In an idle process at once: at the end of the turn of the loop.
 * The more of the time goes into writing, the longer the next flush waits, up to a bound, so that each
 * write carries more messages.
 */
export class Flusher {
  readonly #maxDelay: number
  #waiting: Flushable[] = []
  #notBefore = 0
  #timer: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined
  #isFlushing = false
  readonly #run = (): void => this.flush()

  /** @param maxDelay The bound, in milliseconds; 0 never waits. */
  constructor(maxDelay: number) {
    this.#maxDelay = maxDelay
  }

  /** Asks for one flush of `item`. An item must not be added again before it was flushed. */
  add(item: Flushable): void {
    this.#waiting.push(item)
    if (this.#waiting.length === 1 && !this.#isFlushing) this.#schedule()
  }

  /** Writes all that waits, now. */
  flush(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#immediate)
    const waiting = this.#waiting
    this.#waiting = []
    const start = performance.now()
    this.#isFlushing = true
    for (const item of waiting) item.flush()
    this.#isFlushing = false
    const end = performance.now()
    this.#notBefore = end + Math.min(this.#maxDelay, REST * (end - start))
    if (this.#waiting.length > 0) this.#schedule()
  }

  #schedule(): void {
    const wait = this.#notBefore - performance.now()
    if (wait < MIN_TIMER) this.#immediate = setImmediate(this.#run)
    else this.#timer = setTimeout(this.#run, wait)
  }
}

/** A flush is followed by a rest of so many times its own length. */
const REST = 2
/** Timers are no finer than a millisecond: below half of one, waiting costs more than it brings. */
const MIN_TIMER = 0.5
