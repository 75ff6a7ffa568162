import type { Message } from "djangoinstant"
import { Store } from "./store.js"
import { Tally } from "./tally.js"

/** How many messages a panel of the demo keeps. */
const FEED_LIMIT = 200

/** How many seconds the chart of a feed looks back. */
export const TALLY_SECONDS = 60

/** Something that happened at a time. */
export interface Dated {
  readonly date: Date
}

/** A message in a list, with a key that stays its own. */
export interface Entry<M extends Dated = Message> {
  readonly key: number
  readonly message: M
}

/** What a feed has received. */
export interface FeedState<M extends Dated = Message> {
  /** The newest, the oldest of them first. */
  readonly entries: readonly Entry<M>[]
  /** All that came since the sign-in. */
  readonly total: number
}

/**
 * The messages of one channel. However many arrive, the page is told once a frame, so that a flood
 * costs it no more than a trickle.
 */
export class Feed<M extends Dated = Message> {
  readonly state = new Store<FeedState<M>>({ entries: [], total: 0 })
  /** Counts by the second, of all messages and not only of those still kept. */
  readonly tally = new Tally(TALLY_SECONDS)
  readonly #limit: number
  #arrived: Entry<M>[] = []
  #total = 0
  #frame = 0

  /** @param limit how many messages are kept. @default 200 */
  constructor(limit = FEED_LIMIT) {
    this.#limit = limit
  }

  /** Takes a message that has arrived. */
  add(message: M): void {
    this.#total += 1
    this.tally.add(message.date)
    this.#arrived.push({ key: this.#total, message })
    // A hidden page gets no frames for hours.
    if (this.#arrived.length > this.#limit) this.#arrived.shift()
    this.#frame ||= requestAnimationFrame(() => this.#show())
  }

  #show(): void {
    this.#frame = 0
    const entries = [...this.state.value.entries, ...this.#arrived].slice(-this.#limit)
    this.#arrived = []
    this.state.set({ entries, total: this.#total })
  }
}
