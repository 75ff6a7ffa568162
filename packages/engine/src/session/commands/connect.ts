import {
  type CommandOf,
  type ConnectionClaims,
  type ConnectResult,
  DisconnectError,
  disconnects,
  errors,
  ProtocolError,
  type Request,
} from "@instant-ws/protocol"
import type { ConnectingResult } from "../../backend/hooks.js"
import { Message } from "../../delivery/message.js"
import { VERSION } from "../../node.js"
import { clientEvent } from "../events.js"
import { expiryOf } from "../expiry.js"
import { pingInterval } from "../ping-interval.js"
import { type ConnectGrant, grantsAtConnect } from "../server-side-grants.js"
import type { Identity, Session } from "../session.js"
import { type StartedSubscription, startSubscription } from "../start-subscription.js"
import { NO_WISHES } from "../wishes.js"
import { verdictOf } from "./verify-token.js"

/** Lets a client in: who its token says it is, subscribed to what the token says. */
export async function connect(
  session: Session,
  { id, request }: CommandOf<"connect">,
): Promise<void> {
  for (const name of request.subs.keys()) refuseUnknown(session, name)
  session.emulatedHeaders = request.headers
  session.clientName = request.name
  session.clientVersion = request.version
  const bearer = await bearerOf(session, request)
  const { user, info, meta, expireAt } = bearer
  if (expireAt !== undefined && expireAt * 1000 <= Date.now()) {
    throw new ProtocolError(errors.expired)
  }
  const identity: Identity = { user, info, meta }
  const grants = grantsAtConnect(session, identity, bearer)
  admit(session, user, grants.length)
  const started = await subscribeAll(session, grants, request)
  if (session.state.phase === "closed") return
  refuseInvalidated(session, bearer)
  session.connected(identity)
  const isOurs = session.node.backend.refreshesConnections
  session.deadlines.expireAt(expireAt, isOurs ? 0 : undefined)
  session.reschedule()
  const expiry = isOurs ? NO_EXPIRY : expiryOf(expireAt)
  const result = resultOf(session, started, { ...expiry, data: bearer.data })
  session.queue.push(
    session.transport.direction === "unidirectional"
      ? Message.push({ connect: result })
      : Message.reply({ id, connect: result }),
  )
  for (const { begin } of started) begin()
  const { subscribe_to_user_personal_channel: personal } = session.node.config.client
  if (personal.enabled && personal.single_connection && user !== "") session.endOthersOfUser()
}

/** Who the client is, by its token or without one. */
type Bearer = ConnectingResult | (ConnectionClaims & { readonly data?: undefined })

/**
 * Who the client is: as its token says, or else the proxy in front, the backend, or nobody in particular.
 * @throws DisconnectError or ProtocolError when it may not come in.
 */
async function bearerOf(session: Session, request: Request<"connect">): Promise<Bearer> {
  const { client: config } = session.node.config
  if (request.token !== "") return bearerOfToken(session, request.token)
  const named = userFromHeader(session)
  if (named !== undefined) return { user: named }
  const { name, version, data, subs } = request
  const decided = await session.node.backend.connecting({
    ...clientEvent(session),
    name,
    version,
    data,
    channels: [...subs.keys()],
  })
  if (decided !== undefined) return decided
  if (config.insecure || config.allow_anonymous_connect_without_token) return { user: "" }
  throw new DisconnectError(disconnects.badRequest)
}

async function bearerOfToken(session: Session, token: string): Promise<ConnectionClaims> {
  const { node } = session
  const verified = await verdictOf(node.tokens.connection(token))
  if (verified.verdict === "expired") throw new ProtocolError(errors.tokenExpired)
  if (verified.verdict === "invalid") {
    node.log.info({ client: session.client, reason: verified.reason }, "invalid token")
    throw new DisconnectError(disconnects.invalidToken)
  }
  const { claims } = verified
  if (claims.user === "" && node.config.client.disallow_anonymous_connection_tokens) {
    throw new DisconnectError(disconnects.permissionDenied)
  }
  return claims
}

/**
 * Looks again when the subscriptions are made: whoever ended the user's connections meanwhile has not
 * found this one.
 * @throws ProtocolError 109 when the token was good at first.
 */
function refuseInvalidated({ node }: Session, bearer: Bearer): void {
  if ("issuedAt" in bearer && node.invalidations.isInvalid(bearer)) {
    throw new ProtocolError(errors.tokenExpired)
  }
}

/** Whom the proxy in front has named in a header, where the configuration trusts it. */
function userFromHeader({ node, transport }: Session): string | undefined {
  const { user_id_http_header: name } = node.config.client
  const value = name === "" ? undefined : transport.headers[name.toLowerCase()]
  return typeof value === "string" && value !== "" ? value : undefined
}

/** @throws DisconnectError when the user has too many connections, or this one too many channels. */
function admit(session: Session, user: string, channels: number): void {
  const { channel_limit, user_connection_limit } = session.node.config.client
  if (channels > channel_limit) throw new DisconnectError(disconnects.channelLimit)
  const isLimited = user_connection_limit > 0 && user !== ""
  if (isLimited && session.countOfUser(user) >= user_connection_limit) {
    throw new DisconnectError(disconnects.connectionLimit)
  }
}

/** @throws DisconnectError 3501 for a channel of a namespace that isn't configured. */
function refuseUnknown({ node }: Session, channel: string): void {
  if (!node.channels.has(channel)) throw new DisconnectError(disconnects.badRequest)
}

/**
 * Makes the subscriptions that the server has granted, each from where the client says it left off. All
 * of them, or none when one fails.
 */
async function subscribeAll(
  session: Session,
  grants: readonly ConnectGrant[],
  request: Request<"connect">,
): Promise<readonly StartedSubscription[]> {
  const started: StartedSubscription[] = []
  try {
    for (const grant of grants) {
      const asked = request.subs.get(grant.channel.name.name) ?? NO_WISHES
      const wishes = grant.cacheRecover ? { ...asked, recover: true } : asked
      started.push(await startSubscription(session, grant, wishes))
    }
    return started
  } catch (error) {
    for (const { subscription } of started) session.unsubscribe(subscription)
    throw error
  }
}

function resultOf(
  { node, client, sessionId, transport }: Session,
  started: readonly StartedSubscription[],
  { expires, ttl, data }: Pick<ConnectResult, "expires" | "ttl" | "data">,
): ConnectResult {
  const { client: config } = node.config
  const interval = pingInterval(config)
  const { direction } = transport
  const expectsPong = config.pong_timeout > 0 && direction !== "unidirectional"
  return {
    client,
    version: VERSION,
    expires,
    ttl,
    data,
    subs: new Map(started.map((each) => [each.subscription.channel.name.name, each.result])),
    ping: interval > 0 ? Math.floor(interval / 1000) : undefined,
    pong: interval > 0 ? expectsPong : undefined,
    session: direction === "bidirectional" ? undefined : sessionId,
    node: direction === "emulated" ? node.uid : undefined,
    time: config.connect_include_server_time ? Date.now() : undefined,
  }
}

const NO_EXPIRY = {}
