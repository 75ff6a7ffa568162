import { disconnects, unsubscribes } from "@instant-ws/protocol"
import type { Subscription } from "../channel/subscription.js"
import type { Node } from "../node.js"
import type { Session } from "./session.js"

/** Ends what has lost its place in its stream, so that the client asks for it anew. */
export async function endLostSubscriptions(session: Session): Promise<void> {
  for (const subscription of [...session.subscriptions.values()]) {
    const isLost = await isPositionLost(session.node, subscription)
    if (!isLost || session.state.phase === "closed") continue
    if (subscription.isServerSide) session.disconnect(disconnects.insufficientState)
    else session.unsubscribe(subscription, unsubscribes.insufficientState)
  }
}

/**
 * Whether publications have passed a subscription by: its stream has begun anew, or stands further than
 * what was handed on.
 */
async function isPositionLost(node: Node, subscription: Subscription): Promise<boolean> {
  const before = subscription.position
  if (before === undefined) return false
  const { name, options } = subscription.channel
  const { position } = await node.broker.history(name.name, {
    limit: 0,
    metaTtl: node.publisher.metaTtl(options),
  })
  if (position.epoch !== before.epoch) return true
  // What was published while we asked may have arrived meanwhile.
  const after = subscription.position
  return after !== undefined && position.offset > after.offset
}
