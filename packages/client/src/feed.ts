import type { StreamPosition } from "centrifuge"
import type { Emit } from "./emitter.js"
import type { Member, PresenceChange } from "./told.js"

/** To whom a feed belongs. */
export interface FeedHost {
  readonly emit: Emit
  /** Takes what came on a channel. */
  receive(channel: string, data: unknown): void
  /** Asks the server who is in a channel. */
  presence(channel: string): Promise<readonly Member[]>
}

/** What {@link createFeed} gives. */
export type Feed = ReturnType<typeof createFeed>

/**
 * What comes of one subscription: how far its messages are, how many of them an interruption held
 * back, and who is there, if that `isWatched`.
 */
export function createFeed(
  channel: string,
  { emit, receive, presence }: FeedHost,
  isWatched = false,
) {
  let position: StreamPosition | undefined
  let wasSubscribed = false
  let count = 0
  let members = new Map<string, Member>()
  /** Who came and went while the list is asked for: it may tell less than that. */
  let early: PresenceChange[] | undefined = []
  let isKnown = false

  const list = () => [...members.values()]

  const changed = (change: PresenceChange): void => {
    const { joined, left } = change
    if (early) {
      early.push(change)
      return
    }
    if (joined) members.set(joined.client, joined)
    if (left) members.delete(left.client)
    emit("presence", [list(), change], channel)
  }

  /** Fetches the list anew; when that fails the old one stands. */
  const load = async () => {
    const mine: PresenceChange[] = []
    early = mine
    isKnown = false
    const there = await presence(channel).catch((error) => emit("error", [error]))
    // Subscribed again meanwhile: a newer list is on its way.
    if (early !== mine) return
    early = undefined
    if (!there) return
    isKnown = true
    members = new Map(there.map((member) => [member.client, member]))
    for (const change of [...mine, {}]) changed(change)
  }

  return {
    isWatched,
    changed,
    /** Where a new subscription goes on. */
    position: () => position,
    /** Who is there. When it isn't known it is asked, and told when it is. */
    members(): readonly Member[] | undefined {
      if (isKnown) return list()
      if (!early) void load()
      return undefined
    },

    subscribed(context: {
      readonly recovered: boolean
      readonly streamPosition?: StreamPosition
    }): void {
      const { recovered: complete } = context
      position = context.streamPosition
      count = 0
      // The client delivers what was recovered in the same turn, right after it says "subscribed".
      if (wasSubscribed) {
        queueMicrotask(() => emit("recovered", [{ channel, missed: count, complete }]))
      }
      wasSubscribed = true
      if (isWatched) void load()
    },

    published({ data, offset }: { readonly data: unknown; readonly offset?: number }): void {
      count++
      if (position && offset) position.offset = offset
      receive(channel, data)
    },
  }
}
