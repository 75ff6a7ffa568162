import {
  type CommandOf,
  DisconnectError,
  disconnects,
  errors,
  type Payload,
  ProtocolError,
  type Request,
  toRawJson,
} from "@instant-ws/protocol"
import type { Channel } from "../../channel/options.js"
import { maySubscribe } from "../../channel/permissions.js"
import { Subscription } from "../../channel/subscription.js"
import { Message } from "../../delivery/message.js"
import { expiryOf } from "../expiry.js"
import type { Session } from "../session.js"
import { startStream } from "../stream-start.js"
import { verdictOf } from "./verify-token.js"

/** Subscribes the client to a channel that is open to it, or that its token opens. */
export async function subscribe(
  session: Session,
  { id, request }: CommandOf<"subscribe">,
): Promise<void> {
  const { channel: name } = request
  if (name === "") throw new DisconnectError(disconnects.badRequest)
  const { node } = session
  const channel = node.channels.findForClient(name)
  if (session.subscriptions.has(name)) throw new ProtocolError(errors.alreadySubscribed)
  if (session.subscriptions.size >= node.config.client.channel_limit) {
    throw new ProtocolError(errors.limitExceeded)
  }
  if (request.type !== 0) throw new ProtocolError(errors.permissionDenied)
  const grant = await granted(session, channel, request)
  if (session.state.phase !== "connected") return
  const subscription = new Subscription(channel, session.queue, { ...grant, isServerSide: false })
  session.subscriptions.set(name, subscription)
  node.hub.add(subscription)
  try {
    const start = await startStream(node, channel, request)
    const { expireAt, data } = grant
    session.queue.push(
      Message.reply({ id, subscribe: { ...start.result, ...expiryOf(expireAt), data } }),
    )
    subscription.begin(start.offset)
  } catch (error) {
    session.unsubscribe(subscription)
    throw error
  }
}

interface Grant {
  readonly info: Payload | undefined
  readonly expireAt: number | undefined
  /** Sent in the subscribe reply. */
  readonly data: Payload | undefined
}

const OPEN: Grant = { info: undefined, expireAt: undefined, data: undefined }

async function granted(
  session: Session,
  channel: Channel,
  { token }: Request<"subscribe">,
): Promise<Grant> {
  const { user } = session.identity
  if (token === "") {
    const { insecure } = session.node.config.client
    if (maySubscribe(channel, { user, isSubscribed: false, insecure })) return OPEN
    throw new ProtocolError(errors.permissionDenied)
  }
  const verified = await verdictOf(session.node.tokens.subscription(token))
  if (verified.verdict === "expired") throw new ProtocolError(errors.tokenExpired)
  if (verified.verdict === "invalid") throw new ProtocolError(errors.permissionDenied)
  const { sub, channel: name, client = session.client, info, data, exp } = verified.claims
  if (sub !== user || name !== channel.name.name || client !== session.client) {
    throw new DisconnectError(disconnects.invalidToken)
  }
  return {
    info: info === undefined ? undefined : toRawJson(info),
    data: data === undefined ? undefined : toRawJson(data),
    expireAt: exp,
  }
}
