import { createHmac } from "node:crypto"
import type { SubscriptionOverride } from "./subscription-grant.js"

/** What a new token of either kind may say. */
interface TokenInput {
  /** The user's id; empty for an anonymous visitor. */
  readonly sub: string
  /** Unix time in seconds past which the token is refused. */
  readonly exp?: number
  /** Unix time in seconds at which what it grants ends, `exp` unless set; 0 is never. */
  readonly expire_at?: number
  /** Unix time in seconds before which the token is refused. */
  readonly nbf?: number
  /** Unix time in seconds at which it was made; that of the signing, to the millisecond, unless set. */
  readonly iat?: number
  readonly aud?: string | readonly string[]
  readonly iss?: string
}

/** What a subscription is to be granted; `b64…` take base64 of what is not JSON. */
export interface SubscriptionGrantInput {
  /** Shown to others in presence and with what this subscriber publishes: any JSON. */
  readonly info?: unknown
  readonly b64info?: string
  /** Sent in the reply that confirms the subscription: any JSON. */
  readonly data?: unknown
  readonly b64data?: string
  /** Options of the channel that this subscription has otherwise. */
  readonly override?: {
    readonly [Option in keyof SubscriptionOverride]: { readonly value: boolean }
  }
}

/** What a new connection token is to say. */
export interface ConnectionTokenInput extends TokenInput {
  /** Shown to others in presence and beside publications: any JSON. */
  readonly info?: unknown
  readonly b64info?: string
  /** For the backend's eyes, never shown to clients: any JSON. */
  readonly meta?: unknown
  /** Channels that the server subscribes the connection to. */
  readonly channels?: readonly string[]
  /** The same with what each subscription is granted; `channels` don't count beside it. */
  readonly subs?: Readonly<Record<string, SubscriptionGrantInput>>
}

/** What a new subscription token is to say. */
export interface SubscriptionTokenInput extends TokenInput, SubscriptionGrantInput {
  readonly channel: string
  /** The only connection that may use it. */
  readonly client?: string
}

/**
 * Signs the token that a client connects with: HS256, with `iat`.
 * @throws RangeError when the secret is empty.
 */
export function signConnectionToken(claims: ConnectionTokenInput, secret: string): Promise<string> {
  return sign(claims, secret)
}

/**
 * Signs the token that lets one user subscribe to one channel: HS256, with `iat`.
 * @throws RangeError when the secret is empty.
 */
export function signSubscriptionToken(
  claims: SubscriptionTokenInput,
  secret: string,
): Promise<string> {
  return sign(claims, secret)
}

const HEADER = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT" })).toString("base64url")

async function sign(claims: TokenInput, secret: string): Promise<string> {
  if (secret === "") throw new RangeError("a token can't be signed with an empty secret")
  // Not in whole seconds: a token that is made in the second in which others were invalidated is good.
  const { iat = Date.now() / 1000, ...others } = claims
  const text = JSON.stringify({ ...others, iat })
  const signed = `${HEADER}.${Buffer.from(text).toString("base64url")}`
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`
}
