import {
  type CommandOf,
  DisconnectError,
  disconnects,
  errors,
  ProtocolError,
} from "@instant-ws/protocol"
import { Message } from "../../delivery/message.js"
import { expiryOf } from "../expiry.js"
import type { Session } from "../session.js"
import { isFor, verdictOf } from "./verify-token.js"

/** Takes a new subscription token before the old one runs out. */
export async function subRefresh(
  session: Session,
  { id, request }: CommandOf<"sub_refresh">,
): Promise<void> {
  const { channel, token } = request
  if (channel === "") throw new DisconnectError(disconnects.badRequest)
  const subscription = session.subscriptions.get(channel)
  if (subscription === undefined) throw new ProtocolError(errors.permissionDenied)
  if (session.node.backend.refreshesSubscriptions(subscription.channel)) {
    throw new DisconnectError(disconnects.badRequest)
  }
  if (token === "") throw new ProtocolError(errors.badRequest)
  const verified = await verdictOf(session.node.tokens.subscription(token))
  if (verified.verdict === "invalid") throw new DisconnectError(disconnects.invalidToken)
  if (verified.verdict === "valid") {
    const { claims } = verified
    if (!isFor(session, channel, claims)) {
      throw new DisconnectError(disconnects.invalidToken)
    }
    subscription.expireAt = claims.expireAt
  }
  // An expired token changes nothing, and the reply doesn't say so: the old expiry still counts.
  const expiry = verified.verdict === "valid" ? expiryOf(subscription.expireAt) : {}
  session.queue.push(Message.reply({ id, sub_refresh: expiry }))
}
