import type { Message } from "djangoinstant"
import { Store } from "./store.js"
import { Tally } from "./tally.js"

/** How many messages a panel keeps. */
export const FEED_LIMIT = 200

/** How many seconds the chart of a feed looks back. */
export const TALLY_SECONDS = 60

/** A message in a list, with a key that stays its own. */
export interface Entry {
  readonly key: number
  readonly message: Message
}

/** What a feed has received. */
export interface FeedState {
  /** The newest {@link FEED_LIMIT}, the oldest first. */
  readonly entries: readonly Entry[]
  /** All that came since the sign-in. */
  readonly total: number
}

/**
 * The messages of one channel. However many arrive, the page is told once a frame, so that a flood
 * costs it no more than a trickle.
 */
export class Feed {
  readonly state = new Store<FeedState>({ entries: [], total: 0 })
  /** Counts by the second, of all messages and not only of those still kept. */
  readonly tally = new Tally(TALLY_SECONDS)
  #arrived: Entry[] = []
  #total = 0
  #frame = 0

  /** Takes a message that has arrived. */
  add(message: Message): void {
    this.#total += 1
    this.tally.add(message.date)
    this.#arrived.push({ key: this.#total, message })
    // A hidden page gets no frames for hours.
    if (this.#arrived.length > FEED_LIMIT) this.#arrived.shift()
    this.#frame ||= requestAnimationFrame(() => this.#show())
  }

  #show(): void {
    this.#frame = 0
    const entries = [...this.state.value.entries, ...this.#arrived].slice(-FEED_LIMIT)
    this.#arrived = []
    this.state.set({ entries, total: this.#total })
  }
}
