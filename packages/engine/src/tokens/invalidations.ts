import type { TokenClaims } from "@instant-ws/protocol"
import type { Timed, TimingWheel } from "../timing-wheel.js"

/** What is held against the tokens of a user. Unix times in seconds, with their fraction. */
export interface Invalidation {
  /** Tokens that were made before it are refused, and so are those that don't say when they were made. */
  readonly issuedBefore: number
  /** When it may be forgotten, as the last such token has expired by then; undefined never. */
  readonly expireAt: number | undefined
}

/** Whether the backend has taken a token back; one to subscribe names its channel. */
export type TakesBack = (claims: TokenClaims & { readonly channel?: string }) => boolean

/** Keeps invalidations beyond the end of the process. */
export interface InvalidationStore {
  /** Keeps what is held against a user's tokens, in place of what was. Calls take effect in their order. */
  save(user: string, invalidation: Invalidation): Promise<void>
  /** What is kept, by user. What is over may be among it. */
  load(): Promise<Iterable<readonly [user: string, invalidation: Invalidation]>>
}

/** How often those that are over are looked for, in milliseconds. */
const SWEEP_INTERVAL = 30_000

/** Whose tokens are refused, and from when on they are good again. All are in memory. */
export class Invalidations implements Timed {
  /** Resolves when what is kept is in force; rejects when it can't be read. */
  readonly ready: Promise<void>
  wheelSlot = -1
  readonly #byUser = new Map<string, Invalidation>()
  readonly #wheel: TimingWheel
  readonly #store: InvalidationStore | undefined
  readonly #isTakenBack: TakesBack

  /**
   * @param store Without one they are forgotten at the end of the process.
   * @param isTakenBack What the backend keeps by itself of what it refuses.
   */
  constructor(wheel: TimingWheel, store?: InvalidationStore, isTakenBack: TakesBack = () => false) {
    this.#wheel = wheel
    this.#store = store
    this.#isTakenBack = isTakenBack
    this.ready = this.#load()
    // Whoever checks a token hears of it: until then, and without it, none is good.
    this.ready.catch(() => {})
    wheel.schedule(this, Date.now() + SWEEP_INTERVAL)
  }

  /** Users whose tokens are refused. */
  get users(): number {
    return this.#byUser.size
  }

  /**
   * Refuses tokens of a user from now on. It adds to what is held against them already, and takes nothing
   * of it back. Resolves when it is kept.
   */
  async invalidate(user: string, invalidation: Invalidation): Promise<void> {
    this.#hold(user, invalidation)
    if (this.#store === undefined) return
    await this.ready
    const held = this.#byUser.get(user)
    if (held !== undefined) await this.#store.save(user, held)
  }

  /** Whether a token is refused; to be asked once they are {@link ready}. */
  isInvalid(claims: Parameters<TakesBack>[0]): boolean {
    if (this.#isTakenBack(claims)) return true
    const { user, issuedAt } = claims
    const held = this.#byUser.get(user)
    if (held === undefined || isOver(held, Date.now())) return false
    return issuedAt === undefined || issuedAt < held.issuedBefore
  }

  onTime(now: number): void {
    for (const [user, held] of this.#byUser) if (isOver(held, now)) this.#byUser.delete(user)
    this.#wheel.schedule(this, now + SWEEP_INTERVAL)
  }

  async #load(): Promise<void> {
    if (this.#store === undefined) return
    for (const [user, kept] of await this.#store.load()) this.#hold(user, kept)
  }

  #hold(user: string, invalidation: Invalidation): void {
    const now = Date.now()
    if (isOver(invalidation, now)) return
    const held = this.#byUser.get(user)
    const isFirst = held === undefined || isOver(held, now)
    this.#byUser.set(user, isFirst ? invalidation : both(held, invalidation))
  }
}

/** @param now Unix time in milliseconds. */
function isOver({ expireAt = Infinity }: Invalidation, now: number): boolean {
  return expireAt * 1000 <= now
}

/** One that refuses what either of two refuses, for as long. */
function both(one: Invalidation, other: Invalidation): Invalidation {
  const expireAt = Math.max(one.expireAt ?? Infinity, other.expireAt ?? Infinity)
  return {
    issuedBefore: Math.max(one.issuedBefore, other.issuedBefore),
    expireAt: expireAt === Infinity ? undefined : expireAt,
  }
}
