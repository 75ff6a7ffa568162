import { z } from "zod"
import { flag, pattern, text } from "../value-kinds.js"

/** How tokens are verified; the keys of `client.token` and `client.subscription_token`. */
export const tokenOptions = {
  /** The secret of HS256, HS384 and HS512. */
  hmac_secret_key: text(),
  /** The secret before, so that tokens live through a change. */
  hmac_previous_secret_key: text(),
  /** Until when the secret before is good, in Unix seconds; 0 for ever. */
  hmac_previous_secret_key_valid_until: z
    .int({ error: "must be a time in Unix seconds" })
    .default(0),
  /** The public key of RS256, RS384 and RS512, as PEM. */
  rsa_public_key: text(),
  /** The public key of ES256, ES384 and ES512, as PEM. */
  ecdsa_public_key: text(),
  /** Where the keys are published (JWKS); `{{name}}` stands for what a group of a pattern below found. */
  jwks_public_endpoint: text(),
  /** The audience (`aud`) that a token must have. */
  audience: text(),
  /** A pattern that the audience must match; instead of `audience`. */
  audience_regex: pattern,
  /** The issuer (`iss`) that a token must have. */
  issuer: text(),
  /** A pattern that the issuer must match; instead of `issuer`. */
  issuer_regex: pattern,
  /** The claim that holds the user's id; `sub` unless set. */
  user_id_claim: text(),
  /** Lets the groups that a JWKS endpoint uses match any text: whoever makes a token then picks the server. */
  insecure_skip_jwks_endpoint_safety_check: flag,
}
