import { type TokenClaims, TokenError, type TokenVerifier } from "@instant-ws/protocol"
import type { Invalidations } from "./invalidations.js"

/** Whether the backend has taken a token back; one to subscribe names its channel. */
export type TakesBack = (claims: TokenClaims & { readonly channel?: string }) => boolean

/**
 * A verifier that also refuses the tokens which the backend has invalidated, and calls those expired that
 * it has taken back.
 */
export function refusingInvalidated(
  { connection, subscription }: TokenVerifier,
  invalidations: Invalidations,
  isTakenBack: TakesBack = () => false,
): TokenVerifier {
  const check = async <Claims extends TokenClaims>(verified: Promise<Claims>): Promise<Claims> => {
    const claims = await verified
    await invalidations.ready
    if (isTakenBack(claims)) throw new TokenError("expired", "the backend has taken it back")
    if (!invalidations.isInvalid(claims)) return claims
    throw new TokenError("invalid", "the user's tokens of that time were invalidated")
  }
  return {
    connection: (token) => check(connection(token)),
    subscription: (token) => check(subscription(token)),
  }
}
