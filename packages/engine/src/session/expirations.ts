import { disconnects, unsubscribes } from "@instant-ws/protocol"
import type { Subscription } from "../channel/subscription.js"
import { userEvent } from "./events.js"
import type { Session } from "./session.js"

/** The connection's time has come: it ends, unless the backend says that it goes on. */
export async function connectionExpired(session: Session): Promise<void> {
  const { backend } = session.node
  if (!backend.refreshesConnections) {
    session.disconnect(disconnects.expired)
    return
  }
  session.deadlines.expireAt(undefined, 0)
  const { expired = false, expireAt, info } = await backend.refresh(userEvent(session))
  if (session.state.phase !== "connected") return
  const isOver = expireAt === undefined || expireAt * 1000 <= Date.now()
  if (expired || isOver) session.disconnect(disconnects.expired)
  else {
    if (info !== undefined) session.renew(info)
    session.deadlines.expireAt(expireAt, 0)
    session.reschedule()
  }
}

/** A subscription's time has come: it ends, unless the backend says that it goes on. */
export async function subscriptionExpired(
  session: Session,
  subscription: Subscription,
): Promise<void> {
  const { backend } = session.node
  const { channel } = subscription
  if (!backend.refreshesSubscriptions(channel)) {
    session.unsubscribe(subscription, unsubscribes.expired)
    return
  }
  // Until the answer comes it isn't asked again.
  subscription.expireAt = undefined
  const event = { ...userEvent(session), channel: channel.name.name, data: undefined }
  const { expired = false, expireAt } = await backend.subRefresh(channel, event)
  if (session.state.phase !== "connected") return
  if (expired) session.unsubscribe(subscription, unsubscribes.expired)
  else subscription.expireAt = expireAt
}
