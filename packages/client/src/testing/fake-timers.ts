/** What `setTimeout` takes for a delay; what lies outside is 1, as in Node. */
const MAX_DELAY = 2 ** 31 - 1
/** Apart from the ids of browsers' timers. */
const FIRST_ID = 2 ** 30

interface Timer {
  readonly call: () => void
  readonly due: number
  /** The time between two calls, in milliseconds; undefined when there is but one. */
  readonly interval: number | undefined
}

/** Timers that run when they are told to, in the order in which they are due. Times in milliseconds. */
export class FakeTimers {
  readonly #timers = new Map<number, Timer>()
  #nextId = FIRST_ID

  /** Adds a timer at a time, and says under which id. */
  add(
    now: number,
    delay: number,
    timer: Pick<Timer, "call"> & { readonly repeats: boolean },
  ): number {
    const wait = delay >= 1 && delay <= MAX_DELAY ? Math.trunc(delay) : 1
    const id = this.#nextId++
    const interval = timer.repeats ? wait : undefined
    this.#timers.set(id, { call: timer.call, due: now + wait, interval })
    return id
  }

  /** Whether there was one. */
  remove(id: number): boolean {
    return this.#timers.delete(id)
  }

  /** When the first timer is due; undefined when none is until then. */
  nextDue(until: number): number | undefined {
    const due = this.#first?.[1].due
    return due !== undefined && due <= until ? due : undefined
  }

  /** Runs the first timer. */
  runNext(): void {
    const first = this.#first
    if (first === undefined) return
    const [id, timer] = first
    this.#timers.delete(id)
    const { interval, due, call } = timer
    // Behind those that are due at the same time.
    if (interval !== undefined) this.#timers.set(id, { ...timer, due: due + interval })
    call()
  }

  /** Of those that are due first, the one that was added first. */
  get #first(): readonly [number, Timer] | undefined {
    let first: readonly [number, Timer] | undefined
    for (const entry of this.#timers) {
      if (first === undefined || entry[1].due < first[1].due) first = entry
    }
    return first
  }
}
