import {
  type CommandOf,
  DisconnectError,
  disconnects,
  errors,
  ProtocolError,
} from "@instant-ws/protocol"
import { keepsHistory } from "../../channel/options.js"
import { may } from "../../channel/permissions.js"
import { Message } from "../../delivery/message.js"
import { askerOf } from "../asker.js"
import type { Session } from "../session.js"

/** Answers with a part of what a channel keeps. */
export async function history(
  session: Session,
  { id, request }: CommandOf<"history">,
): Promise<void> {
  const { channel: name, since, reverse } = request
  if (name === "") throw new DisconnectError(disconnects.badRequest)
  const { node } = session
  const channel = node.channels.findForClient(name)
  if (!keepsHistory(channel.options)) throw new ProtocolError(errors.notAvailable)
  if (!may("history", channel, askerOf(session, name)))
    throw new ProtocolError(errors.permissionDenied)
  const most = node.config.client.history_max_publication_limit
  const part = await node.broker.history(name, {
    ...(since && { since }),
    reverse,
    ...limitOf(request.limit, most),
    metaTtl: node.publisher.metaTtl(channel.options),
  })
  session.queue.push(
    Message.reply({
      id,
      history: { publications: part.publications, ...part.position },
    }),
  )
}

/** -1 asks for all; no more are read than the configuration allows, where it sets a limit. */
function limitOf(asked: number, most: number): { readonly limit?: number } {
  if (asked < 0) return most > 0 ? { limit: most } : {}
  return { limit: most > 0 ? Math.min(asked, most) : asked }
}
