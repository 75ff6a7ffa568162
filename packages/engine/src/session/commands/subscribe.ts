import {
  type CommandOf,
  DisconnectError,
  disconnects,
  errors,
  ProtocolError,
  type Request,
} from "@instant-ws/protocol"
import { type Channel, overridden } from "../../channel/options.js"
import { maySubscribe } from "../../channel/permissions.js"
import { Message } from "../../delivery/message.js"
import { askerOf } from "../asker.js"
import { userEvent } from "../events.js"
import { expiryOf } from "../expiry.js"
import type { Session } from "../session.js"
import { type Grant, startSubscription } from "../start-subscription.js"
import type { SubscribeWishes } from "../wishes.js"
import { isFor, verdictOf } from "./verify-token.js"

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
  const { grant, wishes } = await granted(session, channel, request)
  if (session.state.phase !== "connected") return
  const { result, begin } = await startSubscription(session, grant, wishes)
  const isOurs = node.backend.refreshesSubscriptions(channel)
  const expiry = isOurs ? {} : expiryOf(grant.expireAt)
  session.queue.push(Message.reply({ id, subscribe: { ...result, ...expiry } }))
  begin()
}

interface Granted {
  readonly grant: Grant
  readonly wishes: SubscribeWishes
}

/** A token goes before the backend, and the backend before the channel's permissions. */
async function granted(
  session: Session,
  channel: Channel,
  request: Request<"subscribe">,
): Promise<Granted> {
  if (request.token !== "") {
    return { grant: await grantOfToken(session, channel, request.token), wishes: request }
  }
  const decided = await decidedByBackend(session, channel, request)
  if (decided !== undefined) {
    // Who is let in by the backend has the stream that the channel or the backend gives, no other.
    return { grant: decided, wishes: { ...request, recoverable: false, positioned: false } }
  }
  if (!maySubscribe(channel, askerOf(session, channel.name.name))) {
    throw new ProtocolError(errors.permissionDenied)
  }
  return { grant: { channel, client: session.presentAs(undefined), ...OPEN }, wishes: request }
}

async function decidedByBackend(
  session: Session,
  channel: Channel,
  { data }: Request<"subscribe">,
): Promise<Grant | undefined> {
  const { name, options } = channel
  const isLimited = name.users !== undefined && options.allow_user_limited_channels
  const { backend } = session.node
  if (name.isPrivate || isLimited || !backend.decidesSubscriptions(channel)) return undefined
  const event = { ...userEvent(session), channel: name.name, data }
  const decided = await backend.subscribe(channel, event)
  return (
    decided && {
      channel: overridden(channel, decided.override),
      client: session.presentAs(decided.info),
      data: decided.data,
      expireAt: decided.expireAt,
      isServerSide: false,
    }
  )
}

async function grantOfToken(session: Session, channel: Channel, token: string): Promise<Grant> {
  const verified = await verdictOf(session.node.tokens.subscription(token))
  if (verified.verdict === "expired") throw new ProtocolError(errors.tokenExpired)
  if (verified.verdict === "invalid") throw new ProtocolError(errors.permissionDenied)
  const { claims } = verified
  if (!isFor(session, channel.name.name, claims)) {
    throw new DisconnectError(disconnects.invalidToken)
  }
  return {
    channel: overridden(channel, claims.override),
    client: session.presentAs(claims.info),
    data: claims.data,
    expireAt: claims.expireAt,
    isServerSide: false,
  }
}

const OPEN = { data: undefined, expireAt: undefined, isServerSide: false }
