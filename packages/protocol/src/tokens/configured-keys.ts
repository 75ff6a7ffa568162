import { createPublicKey, createSecretKey, type KeyObject } from "node:crypto"
import { TokenError } from "./token-error.js"
import { type TokenOptions, TokenOptionsError } from "./token-options.js"
import type { UnverifiedToken } from "./unverified-token.js"
import type { KeySource, VerificationKey } from "./verify-signature.js"

const CURVES: readonly unknown[] = ["prime256v1", "secp384r1", "secp521r1"]
const MIN_RSA_BITS = 2048

/** The secrets and public keys that stand in the options. */
export class ConfiguredKeys implements KeySource {
  readonly #secrets: readonly HmacSecret[]
  readonly #rsa: KeyObject | undefined
  readonly #ecdsa: KeyObject | undefined

  /** @throws TokenOptionsError for a text that isn't the public key it should be. */
  constructor(options: TokenOptions) {
    const { hmac_previous_secret_key_valid_until: until = 0 } = options
    this.#secrets = [
      ...hmacSecret(options.hmac_secret_key),
      ...hmacSecret(options.hmac_previous_secret_key, until > 0 ? until : Infinity),
    ]
    this.#rsa = publicKey(options, "rsa_public_key")
    this.#ecdsa = publicKey(options, "ecdsa_public_key")
  }

  async keysOf({ alg }: UnverifiedToken): Promise<readonly VerificationKey[]> {
    // A key is only ever used for its own kind of algorithm: a public key is no HMAC secret.
    const keys = this.#keysFor(alg)
    if (keys.length > 0) return keys
    throw new TokenError("invalid", "no key is configured for the algorithm of the token")
  }

  #keysFor(alg: string): readonly VerificationKey[] {
    if (alg.startsWith("HS")) {
      const now = Date.now() / 1000
      return this.#secrets.filter(({ validUntil }) => now <= validUntil).map(({ key }) => key)
    }
    const key = alg.startsWith("RS") ? this.#rsa : alg.startsWith("ES") ? this.#ecdsa : undefined
    return key === undefined ? [] : [key]
  }
}

/** A secret that counts for a time. */
interface HmacSecret {
  readonly key: KeyObject
  /** Unix time in seconds. */
  readonly validUntil: number
}

function hmacSecret(secret = "", validUntil = Infinity): readonly HmacSecret[] {
  return secret === "" ? [] : [{ key: createSecretKey(secret, "utf8"), validUntil }]
}

function publicKey(
  options: TokenOptions,
  option: "rsa_public_key" | "ecdsa_public_key",
): KeyObject | undefined {
  const pem = options[option] ?? ""
  if (pem === "") return undefined
  if (pem.includes("PRIVATE KEY")) {
    throw new TokenOptionsError(
      option,
      "this is a private key: keep it, and write its public key here",
    )
  }
  const key = parsedPem(option, pem)
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {}
  const isRight =
    option === "rsa_public_key"
      ? key.asymmetricKeyType === "rsa" && modulusLength >= MIN_RSA_BITS
      : CURVES.includes(namedCurve)
  if (isRight) return key
  const wanted =
    option === "rsa_public_key"
      ? `an RSA key of ${MIN_RSA_BITS} bits or more`
      : "a key on the curve P-256, P-384 or P-521"
  throw new TokenOptionsError(option, `must be ${wanted}`)
}

function parsedPem(option: "rsa_public_key" | "ecdsa_public_key", pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch (cause) {
    const message = 'must be a PEM text, which begins with "-----BEGIN PUBLIC KEY-----"'
    throw new TokenOptionsError(option, message, { cause })
  }
}
