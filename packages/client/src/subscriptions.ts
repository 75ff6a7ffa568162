import type { Centrifuge } from "centrifuge"
import type { Channel } from "./backend-answer.js"
import { failureTeller } from "./failures.js"
import { createFeed, type Feed, type FeedHost } from "./feed.js"
import { followMembers } from "./members.js"
import type { Session } from "./session.js"
import type { Member } from "./told.js"

/** To whom subscriptions belong. */
export interface SubscriptionsHost extends FeedHost {
  readonly session: Session
  /** Asks who is in a channel. */
  presence(channel: string): Promise<readonly Member[]>
}

/** A subscription whose messages have come so far, with who is there if that is watched. */
interface Kept {
  readonly isWatched: boolean
  readonly feed: Feed
  readonly members: ReturnType<typeof followMembers>
}

/** The subscriptions of a client, which tries them again after `min` to `max` milliseconds. */
export function openSubscriptions(
  client: Centrifuge,
  delay: { readonly min: number; readonly max: number },
  host: SubscriptionsHost,
) {
  const { session, emit } = host
  const all = new Map<string, Kept>()

  const remove = (channel: string) => client.removeSubscription(client.getSubscription(channel))

  const unsubscribe = (channel: string): void => {
    remove(channel)
    all.delete(channel)
  }

  const open = ({ name: channel, token }: Channel, isWatched: boolean) => {
    const feed = createFeed(channel, host)
    const members = followMembers(channel, host)
    const subscription = client.newSubscription(channel, {
      token,
      joinLeave: isWatched,
      minResubscribeDelay: delay.min,
      maxResubscribeDelay: delay.max,
      getToken: () => session.subscriptionToken(channel),
      // Another one goes on where the one before stands.
      since: all.get(channel)?.feed.position() ?? null,
    })
    all.set(channel, { isWatched, feed, members })
    subscription.on("subscribed", (context) => {
      feed.subscribed(context)
      if (isWatched) members.load().catch((error) => emit("error", [error]))
    })
    subscription.on("publication", feed.published)
    subscription.on("join", ({ info }) => members.change({ joined: info }))
    subscription.on("leave", ({ info }) => members.change({ left: info }))
    subscription.on("unsubscribed", ({ code, reason }) => {
      if (code === 0) return
      unsubscribe(channel)
      emit("denied", [{ channel, code, reason }])
    })
    subscription.on("error", failureTeller(emit, channel))
    return subscription
  }

  return {
    /** Ends a subscription. Does nothing when there is none. */
    unsubscribe,

    /** Who is in a channel; undefined when it isn't known. */
    members: (channel: string) => all.get(channel)?.members.known(),

    /**
     * Subscribes to a channel, once; from then on with who comes and goes, if `isWatched`. Resolves
     * when it is subscribed, or denied.
     */
    async subscribe(channel: Channel, isWatched: boolean): Promise<void> {
      const { name } = channel
      // What is subscribed already can't be watched.
      if (isWatched && !all.get(name)?.isWatched) remove(name)
      const subscription = client.getSubscription(name) ?? open(channel, isWatched)
      subscription.subscribe()
      // Either it was denied, which others are told, or replaced by one that is watched.
      const settled = subscription.ready().catch(() => client.getSubscription(name)?.ready())
      await settled.catch(() => {})
    },

    close: () => {
      for (const channel of all.keys()) unsubscribe(channel)
    },
  }
}
