import { type JWTPayload, errors as joseErrors, jwtVerify, SignJWT } from "jose"

/** What a connection token says of its bearer. */
export interface ConnectionClaims {
  /** The user's id; empty for an anonymous visitor. */
  readonly sub: string
  /** Unix time in seconds past which the token is refused. */
  readonly exp?: number
  /** Channels that the server subscribes the connection to. */
  readonly channels?: readonly string[]
  /** Shown to others in presence and beside publications. */
  readonly info?: unknown
  /** Unix time in seconds; written when the token is signed. */
  readonly iat?: number
}

/** What a subscription token allows: one user, one channel. */
export interface SubscriptionClaims {
  readonly sub: string
  readonly channel: string
  readonly exp?: number
  /** The only connection that may use it. */
  readonly client?: string
  readonly info?: unknown
  /** Sent in the subscribe reply. */
  readonly data?: unknown
  readonly iat?: number
}

/** Why a token is refused. `expired` asks the client for a new one, `invalid` ends the connection. */
export class TokenError extends Error {
  override readonly name = "TokenError"
  readonly kind: "expired" | "invalid"

  constructor(kind: "expired" | "invalid", message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** Signs the token that a client connects with: HS256, with `iat`. */
export function signConnectionToken(claims: ConnectionClaims, secret: string): Promise<string> {
  return sign({ ...claims }, secret)
}

/** Signs the token that lets one user subscribe to one channel: HS256, with `iat`. */
export function signSubscriptionToken(claims: SubscriptionClaims, secret: string): Promise<string> {
  return sign({ ...claims }, secret)
}

async function sign(claims: JWTPayload, secret: string): Promise<string> {
  const { iat = Math.floor(Date.now() / 1000), ...others } = claims
  return new SignJWT({ ...others, iat })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(secret))
}

/** Checks tokens against one secret. */
export interface TokenVerifier {
  /** @throws TokenError when the token is expired, forged, or not a connection token. */
  connection(token: string): Promise<ConnectionClaims>
  /** @throws TokenError when the token is expired, forged, or names no channel. */
  subscription(token: string): Promise<SubscriptionClaims>
}

/** A verifier of HS256, HS384 and HS512 tokens. An empty secret refuses every token. */
export function tokenVerifier(secret: string): TokenVerifier {
  const key = new TextEncoder().encode(secret)
  const claimsOf = async (token: string): Promise<JWTPayload & { readonly sub: string }> => {
    if (secret === "") throw new TokenError("invalid", "no token secret is configured")
    const { sub = "", ...claims } = await verified(token, key)
    if (typeof sub !== "string") throw new TokenError("invalid", '"sub" is not a text')
    return { ...claims, sub }
  }
  return {
    async connection(token) {
      const claims = await claimsOf(token)
      if (claims.channel !== undefined) {
        throw new TokenError("invalid", "a subscription token is no connection token")
      }
      return { ...claims, ...channelList(claims.channels) }
    },
    async subscription(token) {
      const { channel, client, ...claims } = await claimsOf(token)
      if (typeof channel !== "string" || channel === "") {
        throw new TokenError("invalid", '"channel" is missing: not a subscription token')
      }
      return { ...claims, channel, ...(typeof client === "string" && { client }) }
    },
  }
}

async function verified(token: string, key: Uint8Array): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256", "HS384", "HS512"] })
    return payload
  } catch (cause) {
    // A token that is not valid yet is answered as one that is no longer, as Centrifugo does.
    const isEarly = cause instanceof joseErrors.JWTClaimValidationFailed && cause.claim === "nbf"
    if (cause instanceof joseErrors.JWTExpired || isEarly) {
      throw new TokenError("expired", "the token is expired or not valid yet", { cause })
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TokenError("invalid", reason, { cause })
  }
}

function channelList(value: unknown): { readonly channels?: readonly string[] } {
  if (value === undefined) return {}
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) {
    return { channels: value }
  }
  throw new TokenError("invalid", '"channels" is not a list of names')
}
