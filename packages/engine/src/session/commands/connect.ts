import {
  type CommandOf,
  type ConnectionClaims,
  DisconnectError,
  disconnects,
  errors,
  ProtocolError,
  type Request,
  type SubscribeResult,
  toRawJson,
} from "@instant-ws/protocol"
import { Subscription } from "../../channel/subscription.js"
import { Message } from "../../delivery/message.js"
import { VERSION } from "../../node.js"
import { expiryOf } from "../expiry.js"
import type { Session } from "../session.js"
import { type StreamRequest, startStream } from "../stream-start.js"
import { verdictOf } from "./verify-token.js"

/** Lets a client in: who its token says it is, subscribed to what the token says. */
export async function connect(
  session: Session,
  { id, request }: CommandOf<"connect">,
): Promise<void> {
  const { client: config } = session.node.config
  const { sub: user, info, exp, channels = [] } = await claimsOf(session, request)
  if (channels.length > config.channel_limit) throw new DisconnectError(disconnects.channelLimit)
  const { started, subs } = await subscribeAll(session, channels, request)
  if (session.state.phase === "closed") return
  session.connected({ user, info: info === undefined ? undefined : toRawJson(info) })
  session.deadlines.expireAt(exp)
  session.reschedule()
  session.queue.push(
    Message.reply({
      id,
      connect: {
        client: session.client,
        version: VERSION,
        ...expiryOf(exp),
        ...(config.ping_interval > 0 && {
          ping: Math.floor(config.ping_interval / 1000),
          pong: config.pong_timeout > 0,
        }),
        subs,
      },
    }),
  )
  for (const { subscription, offset } of started) subscription.begin(offset)
}

async function claimsOf(
  session: Session,
  { token }: Request<"connect">,
): Promise<ConnectionClaims> {
  const { client: config } = session.node.config
  if (token === "") {
    if (config.insecure || config.allow_anonymous_connect_without_token) return { sub: "" }
    throw new DisconnectError(disconnects.badRequest)
  }
  const verified = await verdictOf(session.node.tokens.connection(token))
  if (verified.verdict === "expired") throw new ProtocolError(errors.tokenExpired)
  if (verified.verdict === "invalid") {
    session.node.log.info({ client: session.client, reason: verified.reason }, "invalid token")
    throw new DisconnectError(disconnects.invalidToken)
  }
  const { claims } = verified
  if (claims.sub === "" && config.disallow_anonymous_connection_tokens) {
    throw new DisconnectError(disconnects.permissionDenied)
  }
  return claims
}

interface Started {
  readonly subscription: Subscription
  readonly offset: number
}

const FRESH: StreamRequest = {
  recover: false,
  recoverable: false,
  positioned: false,
  offset: 0,
  epoch: "",
}

const SERVER_SIDE = { isServerSide: true, info: undefined, expireAt: undefined }

/** Makes the subscriptions that the token names, each from where the client says it left off. */
async function subscribeAll(
  session: Session,
  channels: readonly string[],
  request: Request<"connect">,
): Promise<{ started: readonly Started[]; subs: ReadonlyMap<string, SubscribeResult> }> {
  const { node } = session
  const found = [...new Set(channels)].map((name) => node.channels.find(name))
  const started: Started[] = []
  const subs = new Map<string, SubscribeResult>()
  for (const channel of found) {
    if (session.state.phase === "closed") break
    const { name } = channel.name
    const subscription = new Subscription(channel, session.queue, SERVER_SIDE)
    session.subscriptions.set(name, subscription)
    node.hub.add(subscription)
    const start = await startStream(node, channel, request.subs.get(name) ?? FRESH)
    started.push({ subscription, offset: start.offset })
    subs.set(name, start.result)
  }
  return { started, subs }
}
