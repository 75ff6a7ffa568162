import type { Payload } from "@instant-ws/protocol"
import type { Message } from "../delivery/message.js"
import type { SessionQueue } from "../delivery/session-queue.js"
import type { Channel } from "./options.js"

/** Publications that came while the subscription was still being answered. */
interface Held {
  readonly message: Message
  readonly offset: number
}

/** One session's subscription to one channel. */
export class Subscription {
  readonly channel: Channel
  /** Whether the server made it; its expiry is then the connection's. */
  readonly isServerSide: boolean
  /** Shown to others beside what this subscriber publishes. */
  readonly info: Payload | undefined
  /** Unix time in seconds; undefined never expires. */
  expireAt: number | undefined
  readonly #queue: SessionQueue
  #held: Held[] | undefined = []

  constructor(channel: Channel, queue: SessionQueue, options: SubscriptionOptions) {
    this.channel = channel
    this.#queue = queue
    this.isServerSide = options.isServerSide
    this.info = options.info
    this.expireAt = options.expireAt
  }

  /** Hands a publication on; holds it back while the subscription isn't answered. */
  deliver(message: Message, offset: number): void {
    if (this.#held === undefined) this.#queue.push(message)
    else this.#held.push({ message, offset })
  }

  /**
   * The subscribe reply is in the queue: what was held back follows, without what the reply already
   * had, which is all up to `offset` where the channel counts.
   */
  begin(offset: number): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const { message, offset: at } of held) {
      if (at === 0 || at > offset) this.#queue.push(message)
    }
  }
}

/** What a subscription was granted with. */
export interface SubscriptionOptions {
  readonly isServerSide: boolean
  readonly info: Payload | undefined
  /** Unix time in seconds. */
  readonly expireAt: number | undefined
}
