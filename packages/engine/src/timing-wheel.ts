/** What waits on a {@link TimingWheel}. */
export interface Timed {
  /** The slot that it waits in; kept by the wheel, -1 while it waits in none. */
  wheelSlot: number
  /** Its time has come, or the wheel has no later slot: look at the clock, and schedule again. */
  onTime(now: number): void
}

/**
 * One timer for everything that waits: scheduling and cancelling cost O(1) and no timer object.
 * After "Hashed and Hierarchical Timing Wheels" (Varghese and Lauck, 1987), the simple wheel: what lies
 * further ahead than one round comes up early and is scheduled again.
 */
export class TimingWheel {
  readonly #slots: ReadonlyArray<Set<Timed>>
  readonly #tick: number
  readonly #timer: NodeJS.Timeout
  /** The time up to which slots have been emptied, in ticks. */
  #done: number

  /** @param tick The length of a slot in milliseconds. @param size How many slots make a round. */
  constructor(tick = 50, size = 1024) {
    this.#tick = tick
    this.#slots = Array.from({ length: size }, () => new Set())
    this.#done = Math.floor(Date.now() / tick)
    this.#timer = setInterval(() => this.#turn(), tick)
    this.#timer.unref()
  }

  /** Calls `item.onTime` at `time` (Unix time in milliseconds) or up to a tick later; once. */
  schedule(item: Timed, time: number): void {
    this.cancel(item)
    const ahead = Math.ceil(time / this.#tick) - this.#done
    const ticks = Math.min(Math.max(ahead, 1), this.#slots.length - 1)
    const slot = (this.#done + ticks) % this.#slots.length
    item.wheelSlot = slot
    this.#slots[slot]?.add(item)
  }

  /** Forgets what `item` waits for. */
  cancel(item: Timed): void {
    if (item.wheelSlot < 0) return
    this.#slots[item.wheelSlot]?.delete(item)
    item.wheelSlot = -1
  }

  /** Stops for good. */
  close(): void {
    clearInterval(this.#timer)
    for (const slot of this.#slots) slot.clear()
  }

  #turn(): void {
    const now = Date.now()
    const until = Math.floor(now / this.#tick)
    // A process that slept has many slots to empty, but each of them only once.
    this.#done = Math.max(this.#done, until - this.#slots.length)
    while (this.#done < until) {
      this.#done++
      this.#empty(this.#done % this.#slots.length, now)
    }
  }

  #empty(slot: number, now: number): void {
    const items = this.#slots[slot]
    if (items === undefined || items.size === 0) return
    const due = [...items]
    items.clear()
    for (const item of due) item.wheelSlot = -1
    for (const item of due) item.onTime(now)
  }
}
