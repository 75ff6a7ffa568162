import { type Disconnect, disconnects, unsubscribes } from "@instant-ws/protocol"
import type { Subscription } from "../channel/subscription.js"
import type { EngineConfig } from "../config/schema.js"

const NEVER = Number.POSITIVE_INFINITY

/** What a session has to do now. */
export interface Due {
  readonly ping: boolean
  readonly disconnect: Disconnect | undefined
  /** Subscriptions whose token has run out. */
  readonly expired: readonly Subscription[]
  /** Why those end. */
  readonly unsubscribe: Disconnect
}

/** When a session must connect, is pinged, must have answered, and expires. Unix times in milliseconds. */
export class Deadlines {
  readonly #config: EngineConfig["client"]
  #stale: number
  #ping = NEVER
  #pong = NEVER
  #expired = NEVER
  #checkSubscriptions = NEVER

  constructor(config: EngineConfig["client"], now: number) {
    this.#config = config
    this.#stale = config.stale_close_delay > 0 ? now + config.stale_close_delay : NEVER
  }

  /** The earliest of them. */
  get next(): number {
    return Math.min(this.#stale, this.#ping, this.#pong, this.#expired, this.#checkSubscriptions)
  }

  connected(now: number): void {
    const { ping_interval, presence_update_interval } = this.#config
    this.#stale = NEVER
    // Spread, so that those who came at once aren't pinged at once.
    if (ping_interval > 0) this.#ping = now + ping_interval * (0.5 + 0.5 * Math.random())
    if (presence_update_interval > 0) this.#checkSubscriptions = now + presence_update_interval
  }

  /** The connection expires at `expireAt` (Unix time in seconds; undefined never), after a delay of grace. */
  expireAt(expireAt: number | undefined): void {
    this.#expired =
      expireAt === undefined ? NEVER : expireAt * 1000 + this.#config.expired_close_delay
  }

  /** The client answers a ping. False when none was sent. */
  pong(): boolean {
    const wasAsked = this.#pong !== NEVER
    this.#pong = NEVER
    return wasAsked
  }

  /** What is due at `now`; the deadlines of it move on. */
  due(now: number, subscriptions: Iterable<Subscription>): Due {
    const ping = now >= this.#ping
    const disconnect = this.#disconnectAt(now)
    if (ping) this.#pinged(now)
    return {
      ping,
      disconnect,
      expired: this.#expiredSubscriptions(now, subscriptions),
      unsubscribe: unsubscribes.expired,
    }
  }

  #pinged(now: number): void {
    const { ping_interval, pong_timeout } = this.#config
    this.#ping = now + ping_interval
    if (pong_timeout > 0) this.#pong = now + pong_timeout
  }

  #disconnectAt(now: number): Disconnect | undefined {
    if (now >= this.#stale) return disconnects.stale
    if (now >= this.#pong) return disconnects.noPong
    if (now >= this.#expired) return disconnects.expired
    return undefined
  }

  #expiredSubscriptions(now: number, subscriptions: Iterable<Subscription>): Subscription[] {
    const { expired_sub_close_delay, presence_update_interval } = this.#config
    if (now < this.#checkSubscriptions) return []
    this.#checkSubscriptions = now + presence_update_interval
    const expired: Subscription[] = []
    for (const subscription of subscriptions) {
      const { expireAt } = subscription
      if (expireAt !== undefined && now >= expireAt * 1000 + expired_sub_close_delay) {
        expired.push(subscription)
      }
    }
    return expired
  }
}
