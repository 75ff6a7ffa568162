import {
  type CommandOf,
  type ConnectionClaims,
  DisconnectError,
  disconnects,
} from "@instant-ws/protocol"
import { Message } from "../../delivery/message.js"
import { expiryOf } from "../expiry.js"
import type { Session } from "../session.js"
import { verdictOf } from "./verify-token.js"

/** Takes a new connection token before the old one runs out. */
export async function refresh(
  session: Session,
  { id, request }: CommandOf<"refresh">,
): Promise<void> {
  if (request.token === "" || session.node.backend.refreshesConnections) {
    throw new DisconnectError(disconnects.badRequest)
  }
  const verified = await verdictOf(session.node.tokens.connection(request.token))
  if (verified.verdict === "expired") throw new DisconnectError(disconnects.expired)
  if (verified.verdict === "invalid" || verified.claims.user !== session.identity.user) {
    throw new DisconnectError(disconnects.invalidToken)
  }
  if (hasOtherSubscriptions(session, verified.claims)) {
    throw new DisconnectError(disconnects.insufficientState)
  }
  const { info } = verified.claims
  if (info !== undefined) session.renew(info)
  session.deadlines.expireAt(verified.claims.expireAt)
  session.reschedule()
  session.queue.push(Message.reply({ id, refresh: expiryOf(verified.claims.expireAt) }))
}

/** Server-side subscriptions come with the connection: a token that names others needs a new one. */
function hasOtherSubscriptions(session: Session, { subs }: ConnectionClaims): boolean {
  return [...subs.keys()].some((name) => !session.subscriptions.has(name))
}
