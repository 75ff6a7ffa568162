/**
 * Which tokens are good: the sections `client.token` and `client.subscription_token` of a
 * configuration, key by key. What is left out or empty is not asked for.
 */
export interface TokenOptions {
  /** The secret of HS256, HS384 and HS512 tokens; without one they are refused. */
  readonly hmac_secret_key?: string | undefined
  /** The secret before, whose tokens are still good while a new one is rolled out. */
  readonly hmac_previous_secret_key?: string | undefined
  /** Unix time in seconds past which the previous secret no longer counts; 0 or less is never. */
  readonly hmac_previous_secret_key_valid_until?: number | undefined
  /** PEM of the key, of 2048 bits or more, that checks RS256, RS384 and RS512 tokens. */
  readonly rsa_public_key?: string | undefined
  /** PEM of the key on P-256, P-384 or P-521 that checks ES256, ES384 or ES512 tokens. */
  readonly ecdsa_public_key?: string | undefined
  /**
   * Address of a JSON Web Key Set, which replaces all keys above. It is asked when a token names a
   * key that isn't known; `{{name}}` stands for what a named group of a pattern below has matched.
   */
  readonly jwks_public_endpoint?: string | undefined
  /** What `aud` must be, or hold. */
  readonly audience?: string | undefined
  /** What a part of `aud`, or of one of its items, must match; instead of `audience`. */
  readonly audience_regex?: RegExp | undefined
  /** What `iss` must be. */
  readonly issuer?: string | undefined
  /** What a part of `iss` must match; instead of `issuer`. */
  readonly issuer_regex?: RegExp | undefined
  /** The claim that holds the user's id, of letters and `_`; `sub` unless set. */
  readonly user_id_claim?: string | undefined
  /** Lets strangers choose, within a loose pattern, where the key set is fetched from. Insecure. */
  readonly insecure_skip_jwks_endpoint_safety_check?: boolean | undefined
  /** Believes every token, whoever signed it. Insecure: only for development. */
  readonly insecureSkipSignatureVerify?: boolean | undefined
}

/** Options that can't work; the message begins with the option's name and says what to write. */
export class TokenOptionsError extends Error {
  override readonly name = "TokenOptionsError"
  readonly option: keyof TokenOptions

  constructor(option: keyof TokenOptions, message: string, options?: ErrorOptions) {
    super(`${option}: ${message}`, options)
    this.option = option
  }
}
