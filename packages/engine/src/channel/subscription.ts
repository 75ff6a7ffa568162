import type { Payload } from "@instant-ws/protocol"
import type { StoredPublication } from "../broker/broker.js"
import type { Message } from "../delivery/message.js"
import type { SessionQueue } from "../delivery/session-queue.js"
import type { PresentClient } from "../presence/presence.js"
import type { Broadcast } from "./broadcast.js"
import type { Channel } from "./options.js"
import type { TagsPredicate } from "./tags-filter.js"

/** What a subscription is made of. */
export interface SubscriptionOptions {
  /** Whether the server made it; its expiry is then the connection's. */
  readonly isServerSide: boolean
  /** Who subscribes, as others see it. */
  readonly client: PresentClient
  /** Unix time in seconds; undefined never expires. */
  readonly expireAt: number | undefined
  /** Whether joins and leaves are pushed to it. */
  readonly wantsJoinLeave: boolean
  /** Whether it takes a publication as the difference to the one before. */
  readonly wantsDelta: boolean
  /** Which publications it wants; undefined wants all. */
  readonly filter: TagsPredicate | undefined
}

/** Where a subscription stands in its stream. */
export interface Position {
  readonly offset: number
  readonly epoch: string
}

/** One session's subscription to one channel. */
export class Subscription {
  readonly channel: Channel
  readonly isServerSide: boolean
  expireAt: number | undefined
  #client: PresentClient
  #hasEnded = false
  readonly #options: SubscriptionOptions
  readonly #queue: SessionQueue
  /** Neither deltas nor a filter: the common case, which costs no more than it must. */
  readonly #isPlain: boolean
  /** The offset up to which all was handed on. */
  #offset = 0
  #epoch = ""
  /** The last publication that was handed on: what a delta may build upon. 0 for none. */
  #base = 0
  /** Publications that came while the subscription was still being answered. */
  #held: Broadcast[] | undefined = []

  constructor(channel: Channel, queue: SessionQueue, options: SubscriptionOptions) {
    this.channel = channel
    this.#queue = queue
    this.#options = options
    this.#isPlain = !options.wantsDelta && options.filter === undefined
    this.isServerSide = options.isServerSide
    this.#client = options.client
    this.expireAt = options.expireAt
  }

  /** Who subscribes, as others see it. */
  get client(): PresentClient {
    return this.#client
  }

  /** What others see of its connection from now on. */
  renew(info: Payload): void {
    this.#client = { ...this.#client, conn_info: info }
  }

  /** Whether it is over, which may come before it has begun. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** It hears no more. */
  end(): void {
    this.#hasEnded = true
  }

  /** Whether the subscribe reply has been given. */
  get hasBegun(): boolean {
    return this.#held === undefined
  }

  get wantsDelta(): boolean {
    return this.#options.wantsDelta
  }

  get wantsJoinLeave(): boolean {
    return this.#options.wantsJoinLeave
  }

  /** The publications that the subscriber wants: the same list, which others share, where that is all. */
  wanted(publications: readonly StoredPublication[]): readonly StoredPublication[] {
    const isAll = this.#options.filter === undefined
    return isAll ? publications : publications.filter(({ tags }) => this.#wants(tags))
  }

  /** Where it stands; undefined when its position isn't watched. */
  get position(): Position | undefined {
    return this.#epoch === "" ? undefined : { offset: this.#offset, epoch: this.#epoch }
  }

  /** Hands a publication on; holds it back while the subscription isn't answered. */
  deliver(broadcast: Broadcast): void {
    if (this.#held !== undefined) this.#held.push(broadcast)
    else if (this.#isPlain) {
      this.#passed(broadcast.offset)
      this.#queue.push(broadcast.plain)
    } else this.#deliverAsWanted(broadcast)
  }

  /** Hands on that somebody came or went. */
  announce(message: Message): void {
    if (this.#options.wantsJoinLeave && this.hasBegun) this.#queue.push(message)
  }

  /**
   * The subscribe reply is in the queue: what was held back follows, without what the reply already
   * had, which is all up to `start.offset` where the channel counts.
   */
  begin(start: SubscriptionStart): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#offset = start.offset
    this.#epoch = start.epoch
    this.#base = start.base
    for (const broadcast of held) {
      if (broadcast.offset === 0 || broadcast.offset > start.offset) this.deliver(broadcast)
    }
  }

  #wants(tags: ReadonlyMap<string, string> | undefined): boolean {
    return this.#options.filter?.(tags ?? NO_TAGS) ?? true
  }

  /** What isn't kept in the history has no offset, and leaves the position where it is. */
  #passed(offset: number): void {
    if (offset !== 0) this.#offset = offset
  }

  #deliverAsWanted(broadcast: Broadcast): void {
    const { offset } = broadcast
    this.#passed(offset)
    if (!this.#wants(broadcast.tags)) return
    if (!this.#options.wantsDelta) this.#queue.push(broadcast.plain)
    else {
      const hasBase = this.#base !== 0 && this.#base === offset - 1
      this.#queue.push(hasBase ? broadcast.delta : broadcast.full)
    }
    this.#base = offset
  }
}

/** How a subscription begins. */
export interface SubscriptionStart {
  /** The reply covers the stream up to this offset; 0 where the channel doesn't count. */
  readonly offset: number
  /** The epoch of a watched position; empty where it isn't watched. */
  readonly epoch: string
  /** The offset of the last publication in the reply, 0 when it had none. */
  readonly base: number
}

const NO_TAGS: ReadonlyMap<string, string> = new Map()
