import { ClaimRules } from "./claim-rules.js"
import { ConfiguredKeys } from "./configured-keys.js"
import { KeyEndpoint } from "./key-endpoint.js"
import { checkTime, type Validity } from "./registered-claims.js"
import { RemoteKeys } from "./remote-keys.js"
import {
  type ConnectionClaims,
  readConnectionClaims,
  readSubscriptionClaims,
  type SubscriptionClaims,
} from "./token-claims.js"
import { TokenError } from "./token-error.js"
import type { TokenOptions } from "./token-options.js"
import { readToken, type UnverifiedToken } from "./unverified-token.js"
import { userClaim } from "./user-claim.js"
import { type KeySource, verifySignature } from "./verify-signature.js"

/** Tells good tokens from bad ones. */
export interface TokenVerifier {
  /** @throws TokenError when the token is expired, forged, or not a connection token. */
  connection(token: string): Promise<ConnectionClaims>
  /** @throws TokenError when the token is expired, forged, or names no channel. */
  subscription(token: string): Promise<SubscriptionClaims>
}

/**
 * A verifier of the tokens that the options allow, by Centrifugo's rules. Without a key it refuses
 * every token.
 * @throws TokenOptionsError for options that can't work.
 */
export function tokenVerifier(options: TokenOptions): TokenVerifier {
  const rules = new ClaimRules(options)
  const keys = keySource(options)
  const userOf = userClaim(options)

  const checkOrigin = async (token: UnverifiedToken, validity: Validity): Promise<void> => {
    const names = () => rules.check(validity)
    if (!options.insecureSkipSignatureVerify) {
      await verifySignature(token, await keys.keysOf(token, names))
    }
    names()
  }
  return {
    async connection(text) {
      const token = readToken(text)
      const { claims, validity, channel } = readConnectionClaims(token.claims)
      await checkOrigin(token, validity)
      if (channel !== "") {
        throw new TokenError("invalid", "a subscription token is no connection token")
      }
      checkTime(validity)
      return { ...claims, user: userOf(token.claims, claims.user) }
    },
    async subscription(text) {
      const token = readToken(text)
      const { claims, validity } = readSubscriptionClaims(token.claims)
      await checkOrigin(token, validity)
      checkTime(validity)
      if (claims.channel === "") {
        throw new TokenError("invalid", '"channel" is missing: not a subscription token')
      }
      return { ...claims, user: userOf(token.claims, claims.user) }
    },
  }
}

function keySource(options: TokenOptions): KeySource {
  const { jwks_public_endpoint: endpoint = "" } = options
  return endpoint === "" ? new ConfiguredKeys(options) : new RemoteKeys(new KeyEndpoint(options))
}
