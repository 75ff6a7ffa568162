import type { Payload } from "../payload.js"
import { jsonMessage, list, map, payload, ShapeError, string } from "../shape/index.js"
import type { Span } from "../span.js"
import { registered, type Validity, validityOf } from "./registered-claims.js"
import {
  grantFields,
  grantOf,
  payloadOf,
  plainGrant,
  type SubscriptionGrant,
} from "./subscription-grant.js"
import { TokenError } from "./token-error.js"

/** What any verified token says: whose it is, and since when. */
export interface TokenClaims {
  /** The user's id; empty for an anonymous visitor. */
  readonly user: string
  /** Unix time in seconds at which the token was made, with its fraction; undefined when it doesn't say. */
  readonly issuedAt: number | undefined
}

/** What a verified connection token says of its bearer. */
export interface ConnectionClaims extends TokenClaims {
  /** Unix time in seconds at which the connection must be refreshed; undefined is never. */
  readonly expireAt: number | undefined
  /** Shown to others in presence and beside publications. */
  readonly info: Payload | undefined
  /** For the backend's eyes, never shown to clients. */
  readonly meta: Payload | undefined
  /** The channels that the server subscribes the connection to. */
  readonly subs: ReadonlyMap<string, SubscriptionGrant>
}

/** What a verified subscription token allows: one user, one channel. */
export interface SubscriptionClaims extends TokenClaims, SubscriptionGrant {
  readonly channel: string
  /** The only connection that may use it; empty when any of the user's may. */
  readonly client: string
  /** Unix time in seconds at which the subscription must be refreshed; undefined is never. */
  readonly expireAt: number | undefined
}

/** What a token says, verified or not, and when and for whom it says it. */
export interface ReadClaims<Claims> {
  readonly validity: Validity
  readonly claims: Claims
}

const ConnectionToken = jsonMessage({
  ...registered,
  info: payload,
  b64info: string,
  meta: payload,
  subs: map(jsonMessage(grantFields)),
  channels: list(string),
  channel: string,
})
const SubscriptionToken = jsonMessage({
  ...registered,
  ...grantFields,
  channel: string,
  client: string,
})

/** Reads the claims of a connection token. @throws TokenError when they are of another form. */
export function readConnectionClaims(
  span: Span,
): ReadClaims<ConnectionClaims> & { readonly channel: string } {
  return refusingBadClaims(() => {
    const { sub, info, b64info, meta, subs, channels, channel, ...rest } =
      ConnectionToken.decode(span)
    const validity = validityOf({ sub, ...rest })
    const claims = {
      user: sub,
      issuedAt: validity.issuedAt,
      expireAt: validity.expireAt,
      info: payloadOf(info, b64info),
      meta,
      subs: subs.size > 0 ? grantsOf(subs) : new Map(channels.map((name) => [name, plainGrant])),
    }
    return { validity, channel, claims }
  })
}

/** Reads the claims of a subscription token. @throws TokenError when they are of another form. */
export function readSubscriptionClaims(span: Span): ReadClaims<SubscriptionClaims> {
  return refusingBadClaims(() => {
    const read = SubscriptionToken.decode(span)
    const validity = validityOf(read)
    const { sub: user, channel, client } = read
    const { issuedAt, expireAt } = validity
    const claims = { user, issuedAt, channel, client, expireAt, ...grantOf(read) }
    return { validity, claims }
  })
}

function grantsOf(
  subs: ReadonlyMap<string, Parameters<typeof grantOf>[0]>,
): ReadonlyMap<string, SubscriptionGrant> {
  return new Map([...subs].map(([name, read]) => [name, grantOf(read)]))
}

function refusingBadClaims<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause
    throw new TokenError("invalid", `the claims are not as expected: ${cause.message}`, { cause })
  }
}
