import { type TokenClaims, TokenError, type TokenVerifier } from "@instant-ws/protocol"
import type { Invalidations } from "./invalidations.js"

/** A verifier that also refuses the tokens which the backend has invalidated. */
export function refusingInvalidated(
  { connection, subscription }: TokenVerifier,
  invalidations: Invalidations,
): TokenVerifier {
  const check = async <Claims extends TokenClaims>(verified: Promise<Claims>): Promise<Claims> => {
    const claims = await verified
    await invalidations.ready
    if (!invalidations.isInvalid(claims)) return claims
    throw new TokenError("invalid", "the user's tokens of that time were invalidated")
  }
  return {
    connection: (token) => check(connection(token)),
    subscription: (token) => check(subscription(token)),
  }
}
