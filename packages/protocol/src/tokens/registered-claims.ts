import { type Payload, payloadJson } from "../payload.js"
import {
  jsonMessage,
  optional,
  payload,
  type ReadAs,
  ShapeError,
  signed,
  string,
} from "../shape/index.js"
import { TokenError } from "./token-error.js"

/** The claims that both kinds of token have. */
export const registered = {
  sub: string,
  iss: string,
  jti: string,
  aud: payload,
  exp: payload,
  nbf: payload,
  iat: payload,
  expire_at: optional(signed),
}
const RegisteredClaims = jsonMessage(registered)
export type RegisteredClaims = ReadAs<typeof RegisteredClaims>

/** When a token is good, and whom it is for. */
export interface Validity {
  /** Unix time in seconds at which the token was made, with its fraction; undefined when it doesn't say. */
  readonly issuedAt: number | undefined
  /** Unix time in seconds from which the token is good. */
  readonly notBefore: number | undefined
  /** Unix time in seconds until which the token is good. */
  readonly notAfter: number | undefined
  /** Unix time in seconds at which what the token grants ends; undefined is never. */
  readonly expireAt: number | undefined
  readonly audience: readonly string[]
  readonly issuer: string
}

/** @throws ShapeError when a time or the audience is of another form. */
export function validityOf({ aud, iss, exp, nbf, iat, expire_at }: RegisteredClaims): Validity {
  const notAfter = timeOf("exp", exp)
  const end = expire_at ?? (notAfter === undefined ? 0 : Math.floor(notAfter))
  return {
    issuedAt: timeOf("iat", iat),
    notBefore: timeOf("nbf", nbf),
    notAfter,
    expireAt: end > 0 ? end : undefined,
    audience: audienceOf(aud),
    issuer: iss,
  }
}

/** @throws TokenError `expired` when the token is no longer good, or not yet. */
export function checkTime({ notBefore = -Infinity, notAfter = Infinity }: Validity): void {
  const now = Date.now() / 1000
  if (notAfter <= now) throw new TokenError("expired", "the token is expired")
  // A token that isn't good yet is answered as one that no longer is, as Centrifugo does.
  if (notBefore >= now) throw new TokenError("expired", "the token is not valid yet")
}

const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/

/** A time may be written as a number, or as a text that holds one. */
function timeOf(claim: string, raw: Payload | undefined): number | undefined {
  const value: unknown = raw === undefined ? null : JSON.parse(payloadJson(raw))
  if (value === null) return undefined
  const time = typeof value === "string" && NUMBER.test(value) ? Number(value) : value
  if (typeof time === "number" && Number.isFinite(time)) return time
  throw new ShapeError(`"${claim}" is no time in seconds`)
}

function audienceOf(raw: Payload | undefined): readonly string[] {
  if (raw === undefined) return []
  const value: unknown = JSON.parse(payloadJson(raw))
  const audience: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (audience.every((item) => typeof item === "string")) return audience
  throw new ShapeError('"aud" is neither a text nor a list of texts')
}
