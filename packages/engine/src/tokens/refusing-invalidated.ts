import { type TokenClaims, TokenError, type TokenVerifier } from "@instant-ws/protocol"
import type { Invalidations } from "./invalidations.js"

/**
 * A verifier to which the tokens have expired that the backend has invalidated or taken back: a client asks for
 * a new one then, which the backend gives or not. To one whose token is invalid it would be over.
 */
export function refusingInvalidated(
  { connection, subscription }: TokenVerifier,
  invalidations: Invalidations,
): TokenVerifier {
  const check = async <Claims extends TokenClaims>(verified: Promise<Claims>): Promise<Claims> => {
    const claims = await verified
    await invalidations.ready
    if (!invalidations.isInvalid(claims)) return claims
    throw new TokenError("expired", "the backend has taken it back")
  }
  return {
    connection: (token) => check(connection(token)),
    subscription: (token) => check(subscription(token)),
  }
}
