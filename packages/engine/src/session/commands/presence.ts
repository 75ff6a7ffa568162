import {
  type CommandOf,
  DisconnectError,
  disconnects,
  errors,
  ProtocolError,
} from "@instant-ws/protocol"
import { may } from "../../channel/permissions.js"
import { Message } from "../../delivery/message.js"
import { askerOf } from "../asker.js"
import type { Session } from "../session.js"

/** Answers who is in a channel. */
export async function presence(
  session: Session,
  { id, request }: CommandOf<"presence">,
): Promise<void> {
  const channel = readableChannel(session, request.channel)
  const present = await session.node.presence.of(channel)
  session.queue.push(Message.reply({ id, presence: { presence: present } }))
}

/** Answers how many are in a channel. */
export async function presenceStats(
  session: Session,
  { id, request }: CommandOf<"presence_stats">,
): Promise<void> {
  const channel = readableChannel(session, request.channel)
  const { clients, users } = await session.node.presence.stats(channel)
  session.queue.push(
    Message.reply({ id, presence_stats: { num_clients: clients, num_users: users } }),
  )
}

/** @throws ProtocolError 108 where presence isn't kept, 103 where this session may not see it. */
function readableChannel(session: Session, name: string): string {
  if (name === "") throw new DisconnectError(disconnects.badRequest)
  const { node } = session
  const channel = node.channels.findForClient(name)
  if (!channel.options.presence) throw new ProtocolError(errors.notAvailable)
  if (!may("presence", channel, askerOf(session, name)))
    throw new ProtocolError(errors.permissionDenied)
  return name
}
