import { type CommandOf, DisconnectError, disconnects } from "@instant-ws/protocol"
import { Message } from "../../delivery/message.js"
import type { Session } from "../session.js"

/** Ends a subscription at the client's wish; one that isn't there is ended too. */
export function unsubscribe(session: Session, { id, request }: CommandOf<"unsubscribe">): void {
  const { channel } = request
  if (channel === "") throw new DisconnectError(disconnects.badRequest)
  const subscription = session.subscriptions.get(channel)
  if (subscription !== undefined) session.unsubscribe(subscription)
  session.queue.push(Message.reply({ id, unsubscribe: {} }))
}
