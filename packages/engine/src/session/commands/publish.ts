import {
  type CommandOf,
  DisconnectError,
  disconnects,
  errors,
  ProtocolError,
} from "@instant-ws/protocol"
import { mayPublish } from "../../channel/permissions.js"
import { Message } from "../../delivery/message.js"
import type { Session } from "../session.js"

/** Publishes what the client sends, with who it is beside it. */
export async function publish(
  session: Session,
  { id, request }: CommandOf<"publish">,
): Promise<void> {
  const { channel: name, data } = request
  if (name === "") throw new DisconnectError(disconnects.badRequest)
  if (data === undefined) throw new ProtocolError(errors.badRequest)
  const { node, client } = session
  const { user, info } = session.identity
  const channel = node.channels.findForClient(name)
  const subscription = session.subscriptions.get(name)
  const { insecure } = node.config.client
  if (!mayPublish(channel, { user, isSubscribed: subscription !== undefined, insecure })) {
    throw new ProtocolError(errors.permissionDenied)
  }
  await node.publisher.publish(name, channel.options, {
    data,
    info: { user, client, conn_info: info, chan_info: subscription?.info },
  })
  session.queue.push(Message.reply({ id, publish: {} }))
}
