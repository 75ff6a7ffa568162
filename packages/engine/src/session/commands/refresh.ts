import { type CommandOf, DisconnectError, disconnects } from "@instant-ws/protocol"
import { Message } from "../../delivery/message.js"
import { expiryOf } from "../expiry.js"
import type { Session } from "../session.js"
import { verdictOf } from "./verify-token.js"

/** Takes a new connection token before the old one runs out. */
export async function refresh(
  session: Session,
  { id, request }: CommandOf<"refresh">,
): Promise<void> {
  if (request.token === "") throw new DisconnectError(disconnects.badRequest)
  const verified = await verdictOf(session.node.tokens.connection(request.token))
  if (verified.verdict === "expired") throw new DisconnectError(disconnects.expired)
  if (verified.verdict === "invalid" || verified.claims.sub !== session.identity.user) {
    throw new DisconnectError(disconnects.invalidToken)
  }
  session.deadlines.expireAt(verified.claims.exp)
  session.reschedule()
  session.queue.push(Message.reply({ id, refresh: expiryOf(verified.claims.exp) }))
}
