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
import { userEvent } from "../events.js"
import type { Session } from "../session.js"

/** Publishes what the client sends, with who it is beside it. */
export async function publish(
  session: Session,
  { id, request }: CommandOf<"publish">,
): Promise<void> {
  const { channel: name, data } = request
  if (name === "") throw new DisconnectError(disconnects.badRequest)
  if (data === undefined) throw new ProtocolError(errors.badRequest)
  const { node } = session
  const channel = node.channels.findForClient(name)
  const subscription = session.subscriptions.get(name)
  const asker = askerOf(session, name)
  const decided = await node.backend.publish(channel, {
    ...userEvent(session),
    channel: name,
    data,
  })
  if (decided === undefined && !may("publish", channel, asker)) {
    throw new ProtocolError(errors.permissionDenied)
  }
  await node.publisher.publish(name, channel.options, {
    ...decided,
    data: decided?.data ?? data,
    info: session.presentAs(subscription?.client.chan_info),
  })
  session.queue.push(Message.reply({ id, publish: {} }))
}
