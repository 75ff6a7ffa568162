import { End, ended, Refusal, refused } from "./codes.js"
import { type Fields, numberIn, textIn } from "./fields.js"
import { fieldsOf } from "./fields-of.js"
import { type Identity, infoOf, type Peer, PING_INTERVAL } from "./peer.js"
import type { StreamFilter } from "./stream.js"
import type { FakeClaims, Verdict } from "./token-office.js"

/** What a command comes to: the result for the reply, and what follows it. */
interface Outcome {
  readonly result: object
  after?(): void
}

/** Does what a command asks. @throws Refusal or End when it may not be. */
type Run = (session: Peer, request: Fields) => Outcome

/** What the server does at each command, by method. */
export const commands: Readonly<Record<string, Run>> = {
  connect,
  subscribe,
  unsubscribe,
  refresh,
  sub_refresh: subRefresh,
  publish,
  history,
  presence,
  presence_stats: presenceStats,
  rpc() {
    throw new Refusal(refused.notAvailable)
  },
  send() {
    throw new End(ended.notAvailable)
  },
}

function connect(session: Peer, request: Fields): Outcome {
  const { hub } = session
  const token = textIn(request, "token")
  if (token === "") throw new End(ended.badRequest)
  const claims = orThrow(hub.parts.tokens.judge(token), new End(ended.invalidToken))
  if (claims.channel !== undefined) throw new End(ended.invalidToken)
  const client = hub.newClient()
  const identity: Identity = { user: claims.sub, client, expiresAt: claims.exp * 1000 }
  session.accept(identity)
  const asked = fieldsOf(request.subs)
  const channels = claims.channels ?? []
  const subs = channels.map((channel) => {
    session.subscribe(channel, { expiresAt: undefined, wantsMembers: false })
    return [channel, start(session, channel, fieldsOf(asked[channel]))]
  })
  return {
    result: {
      client,
      version: "0.0.0",
      subs: Object.fromEntries(subs),
      ping: PING_INTERVAL / 1000,
      pong: true,
      ...expiry(session, claims),
    },
    after() {
      for (const channel of channels) hub.join(channel, infoOf(identity))
    },
  }
}

function subscribe(session: Peer, request: Fields): Outcome {
  const { hub } = session
  const channel = channelIn(request)
  const { channels, tokens } = hub.parts
  if (session.subscriptions.has(channel)) throw new Refusal(refused.alreadySubscribed)
  const denied = new Refusal(refused.permissionDenied)
  if (channels.isDenied(channel)) throw denied
  const claims = orThrow(tokens.judge(textIn(request, "token")), denied)
  expectFor(session, channel, claims)
  session.subscribe(channel, {
    expiresAt: claims.exp * 1000,
    wantsMembers: request.join_leave === true,
  })
  return {
    result: { ...start(session, channel, request), ...expiry(session, claims) },
    after() {
      hub.join(channel, infoOf(connected(session)))
    },
  }
}

function unsubscribe(session: Peer, request: Fields): Outcome {
  session.unsubscribe(channelIn(request))
  return { result: {} }
}

function refresh(session: Peer, request: Fields): Outcome {
  const verdict = session.hub.parts.tokens.judge(textIn(request, "token"))
  if (verdict.is === "expired") throw new End(ended.connectionExpired)
  const claims = orThrow(verdict, new End(ended.invalidToken))
  const isOther = claims.sub !== session.user || claims.channel !== undefined
  if (isOther) throw new End(ended.invalidToken)
  session.accept({ ...connected(session), expiresAt: claims.exp * 1000 })
  return { result: expiry(session, claims) }
}

function subRefresh(session: Peer, request: Fields): Outcome {
  const channel = channelIn(request)
  const subscription = session.subscriptions.get(channel)
  if (subscription === undefined) throw new Refusal(refused.permissionDenied)
  const token = textIn(request, "token")
  if (token === "") throw new Refusal(refused.badRequest)
  const verdict = session.hub.parts.tokens.judge(token)
  // An expired token changes nothing, and the reply doesn't say so.
  if (verdict.is === "expired") return { result: {} }
  const claims = orThrow(verdict, new End(ended.invalidToken))
  expectFor(session, channel, claims)
  session.subscribe(channel, { ...subscription, expiresAt: claims.exp * 1000 })
  return { result: expiry(session, claims) }
}

function publish(session: Peer, request: Fields): Outcome {
  const channel = ownChannelIn(session, request)
  if (request.data === undefined) throw new Refusal(refused.badRequest)
  session.hub.publish(channel, request.data, infoOf(connected(session)))
  return { result: {} }
}

function history(session: Peer, request: Fields): Outcome {
  const stream = session.hub.stream(ownChannelIn(session, request))
  const publications = stream.read(filterIn(request))
  if (publications === undefined) throw new Refusal(refused.unrecoverablePosition)
  return { result: { publications, ...stream.position } }
}

function presence(session: Peer, request: Fields): Outcome {
  const present = session.hub.presence.of(ownChannelIn(session, request))
  return { result: { presence: Object.fromEntries(present) } }
}

function presenceStats(session: Peer, request: Fields): Outcome {
  const present = [...session.hub.presence.of(ownChannelIn(session, request)).values()]
  const users = new Set(present.map(({ user }) => user))
  return { result: { num_clients: present.length, num_users: users.size } }
}

/** Where a subscription begins, with all that was missed, or nothing of it. */
function start({ hub }: Peer, channel: string, request: Fields): object {
  const stream = hub.stream(channel)
  const { offset, epoch } = stream.position
  const mode = { recoverable: true, positioned: true, epoch }
  const top = { ...mode, ...offsetOf(offset) }
  if (request.recover !== true) return top
  const position = positionIn(request)
  const publications = stream.missedSince(position)
  if (publications === undefined) return { ...top, was_recovering: true }
  const recovered = { was_recovering: true, recovered: true, ...offsetOf(position.offset) }
  return { ...mode, ...recovered, ...(publications.length > 0 && { publications }) }
}

/** On the wire 0 is left out. */
function offsetOf(offset: number): object {
  return offset === 0 ? {} : { offset }
}

/** @throws Refusal 109 when a token is expired, `invalid` when it is good for nothing. */
function orThrow(verdict: Verdict, invalid: Refusal | End): FakeClaims {
  if (verdict.is === "valid") return verdict.claims
  throw verdict.is === "expired" ? new Refusal(refused.tokenExpired) : invalid
}

/** @throws End 3500 when a token is for another user or channel. */
function expectFor({ user }: Peer, channel: string, claims: FakeClaims): void {
  if (claims.sub !== user || claims.channel !== channel) throw new End(ended.invalidToken)
}

function expiry({ hub }: Peer, { exp }: FakeClaims): object {
  return { expires: true, ttl: Math.max(1, Math.floor(exp - hub.parts.time.now() / 1000)) }
}

function connected({ identity }: Peer): Identity {
  if (identity === undefined) throw new End(ended.badRequest)
  return identity
}

/** @throws End 3501 without one. */
function channelIn(request: Fields): string {
  const channel = textIn(request, "channel")
  if (channel === "") throw new End(ended.badRequest)
  return channel
}

/** A channel that is open to its subscribers. @throws Refusal 103 for the others. */
function ownChannelIn({ subscriptions }: Peer, request: Fields): string {
  const channel = channelIn(request)
  if (!subscriptions.has(channel)) throw new Refusal(refused.permissionDenied)
  return channel
}

function filterIn(request: Fields): StreamFilter {
  const { since, reverse } = request
  return {
    ...(since !== undefined && { since: positionIn(fieldsOf(since)) }),
    limit: numberIn(request, "limit"),
    reverse: reverse === true,
  }
}

function positionIn(fields: Fields) {
  return { offset: numberIn(fields, "offset"), epoch: textIn(fields, "epoch") }
}
