/// <reference lib="esnext.disposable" preserve="true" />
import { FakeTimers } from "./fake-timers.js"
import { atRest, breath } from "./turns.js"

/** Puts back what {@link FakeClock.install} has replaced. */
type Undo = () => void

/**
 * Takes the place of `setTimeout`, `setInterval`, their `clear…`, `Date` and `performance.now`. Time
 * stands still but for `advance`. What needs no timer, such as promises and what a `FakeServer`
 * delivers, goes on by itself.
 *
 * @example
 * using clock = FakeClock.install()
 * server.refuse()
 * await clock.advance(30_000)
 */
export class FakeClock implements Disposable {
  static #installed: FakeClock | undefined
  readonly #timers = new FakeTimers()
  readonly #RealDate = Date
  #undo: readonly Undo[] = []
  /** What has passed, on a clock that nobody sets; in milliseconds. */
  #elapsed = performance.now()
  /** What the wall clock shows beyond it. */
  #offset: number

  /** Made by {@link FakeClock.install}. */
  constructor(now: Date | number) {
    this.#offset = Number(now) - this.#elapsed
  }

  /**
   * Replaces the timers and the date of this realm until `restore`, or the end of the block with `using`.
   * @param now what the wall clock shows @default the time of now
   * @throws Error when another clock is installed.
   */
  static install(now: Date | number = Date.now()): FakeClock {
    if (FakeClock.#installed !== undefined) {
      throw new Error("A FakeClock is installed already: restore() it first")
    }
    const clock = new FakeClock(now)
    FakeClock.#installed = clock
    clock.#replace()
    return clock
  }

  /** What the wall clock shows: Unix time in milliseconds. */
  get now(): number {
    return this.#elapsed + this.#offset
  }

  /**
   * Lets time pass. The timers that are due run in order, each at its time, and what they set off comes
   * to rest before the time goes on.
   * @param milliseconds 0 waits only until all is at rest
   * @throws what a timer throws
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#elapsed + milliseconds
    await atRest()
    for (let due = this.#timers.nextDue(end); due !== undefined; due = this.#timers.nextDue(end)) {
      this.#elapsed = Math.max(this.#elapsed, due)
      while (this.#timers.nextDue(due) !== undefined) {
        this.#timers.runNext()
        await breath()
      }
      await atRest()
    }
    this.#elapsed = end
  }

  /** Puts the wall clock right or wrong. No timer runs for it. */
  set(date: Date | number): void {
    this.#offset = Number(date) - this.#elapsed
  }

  /** Gives back the real timers and date. Timers that are left never run. */
  restore(): void {
    for (const undo of this.#undo) undo()
    this.#undo = []
    if (FakeClock.#installed === this) FakeClock.#installed = undefined
  }

  /** The same as `restore`. */
  [Symbol.dispose](): void {
    this.restore()
  }

  #replace(): void {
    const clear = (name: "clearTimeout" | "clearInterval") => {
      const real = globalThis[name]
      return (timer?: unknown) => {
        if (!this.#timers.remove(Number(timer))) real(timer as number | undefined)
      }
    }
    this.#undo = [
      replace(globalThis, "setTimeout", this.#setter(false)),
      replace(globalThis, "setInterval", this.#setter(true)),
      replace(globalThis, "clearTimeout", clear("clearTimeout")),
      replace(globalThis, "clearInterval", clear("clearInterval")),
      replace(globalThis, "Date", this.#date()),
      replace(performance, "now", () => this.#elapsed),
    ]
  }

  #setter(repeats: boolean) {
    return (handler: unknown, delay: unknown = 0, ...args: readonly unknown[]) => {
      if (typeof handler !== "function") throw new TypeError("A timer takes a function")
      const call = () => void handler(...args)
      return new TimerHandle(this.#timers.add(this.#elapsed, Number(delay), { call, repeats }))
    }
  }

  #date(): DateConstructor {
    const now = () => Math.floor(this.now)
    return new Proxy(this.#RealDate, {
      construct: (RealDate, args, NewDate) =>
        Reflect.construct(RealDate, args.length === 0 ? [now()] : args, NewDate),
      apply: (RealDate) => new RealDate(now()).toString(),
      get: (RealDate, key) => (key === "now" ? now : Reflect.get(RealDate, key)),
    })
  }
}

/** A timer as Node has it; as a number it is the id that browsers have. */
class TimerHandle {
  readonly #id: number

  constructor(id: number) {
    this.#id = id
  }

  /** No process is kept running anyhow. */
  unref(): this {
    return this
  }

  ref(): this {
    return this
  }

  [Symbol.toPrimitive](): number {
    return this.#id
  }
}

function replace<Owner extends object>(
  owner: Owner,
  name: string & keyof Owner,
  value: unknown,
): Undo {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  }
}
