import { type Disconnect, disconnects } from "@instant-ws/protocol"
import type { Subscription } from "../channel/subscription.js"
import type { EngineConfig } from "../config/schema.js"
import { pingInterval } from "./ping-interval.js"

const NEVER = Number.POSITIVE_INFINITY
/** How often subscriptions are looked through for expired ones where presence isn't renewed, in milliseconds. */
const SUBSCRIPTIONS_INTERVAL = 25_000

/** What a session has to do now. */
export interface Due {
  readonly ping: boolean
  readonly disconnect: Disconnect | undefined
  /** Whether the connection has expired. */
  readonly isExpired: boolean
  readonly expiredSubscriptions: readonly Subscription[]
  /** Whether the positions of subscriptions are to be compared with their streams'. */
  readonly checkPositions: boolean
}

/** When a session must connect, is pinged, must have answered, and expires. Unix times in milliseconds. */
export class Deadlines {
  readonly #config: EngineConfig["client"]
  readonly #expectsPong: boolean
  #stale: number
  #ping = NEVER
  #pong = NEVER
  #expired = NEVER
  #checkSubscriptions = NEVER
  #checkPositions = NEVER

  /** @param expectsPong Whether the client can answer a ping. */
  constructor(config: EngineConfig["client"], expectsPong: boolean) {
    const now = Date.now()
    this.#config = config
    this.#expectsPong = expectsPong
    this.#stale = config.stale_close_delay > 0 ? now + config.stale_close_delay : NEVER
  }

  /** The earliest of them. */
  get next(): number {
    return Math.min(
      this.#stale,
      this.#ping,
      this.#pong,
      this.#expired,
      this.#checkSubscriptions,
      this.#checkPositions,
    )
  }

  connected(now: number): void {
    const interval = pingInterval(this.#config)
    this.#stale = NEVER
    // Spread, so that those who came at once aren't pinged at once.
    if (interval > 0) this.#ping = now + interval * (0.5 + 0.5 * Math.random())
    this.#checkSubscriptions = now + this.#subscriptionsInterval
    const { channel_position_check_delay } = this.#config
    if (channel_position_check_delay > 0) this.#checkPositions = now + channel_position_check_delay
  }

  /**
   * The connection expires at `expireAt` (Unix time in seconds; undefined never), after `grace`
   * milliseconds in which its client may refresh it.
   */
  expireAt(expireAt: number | undefined, grace = this.#config.expired_close_delay): void {
    this.#expired = expireAt === undefined ? NEVER : expireAt * 1000 + grace
  }

  /** The client answers a ping. False when none was sent. */
  pong(): boolean {
    const wasAsked = this.#pong !== NEVER
    this.#pong = NEVER
    return wasAsked
  }

  /** Gives the answer to a ping the whole time again, from `now`. */
  awaitPong(now: number): void {
    if (this.#pong !== NEVER) this.#pong = now + this.#config.pong_timeout
  }

  /** What is due at `now`; the deadlines of it move on. */
  due(now: number, subscriptions: Iterable<Subscription>): Due {
    const ping = now >= this.#ping
    const disconnect = this.#disconnectAt(now)
    if (ping) this.#pinged(now)
    const checkPositions = now >= this.#checkPositions
    if (checkPositions) this.#checkPositions = now + this.#config.channel_position_check_delay
    return {
      checkPositions,
      ping,
      disconnect,
      isExpired: now >= this.#expired,
      expiredSubscriptions: this.#expiredSubscriptions(now, subscriptions),
    }
  }

  #pinged(now: number): void {
    const { pong_timeout } = this.#config
    this.#ping = now + pingInterval(this.#config)
    if (pong_timeout > 0 && this.#expectsPong) this.#pong = now + pong_timeout
  }

  #disconnectAt(now: number): Disconnect | undefined {
    if (now >= this.#stale) return disconnects.stale
    if (now >= this.#pong) return disconnects.noPong
    return undefined
  }

  get #subscriptionsInterval(): number {
    return this.#config.presence_update_interval || SUBSCRIPTIONS_INTERVAL
  }

  #expiredSubscriptions(now: number, subscriptions: Iterable<Subscription>): Subscription[] {
    const { expired_sub_close_delay } = this.#config
    if (now < this.#checkSubscriptions) return []
    this.#checkSubscriptions = now + this.#subscriptionsInterval
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
