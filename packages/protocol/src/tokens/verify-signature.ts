import { createHmac, KeyObject, timingSafeEqual } from "node:crypto"
import { compactVerify, type JWK } from "jose"
import type { Names } from "./claim-rules.js"
import { TokenError } from "./token-error.js"
import type { UnverifiedToken } from "./unverified-token.js"

/** A key that verifies signatures. */
export type VerificationKey = KeyObject | JWK

/** Where the keys are. */
export interface KeySource {
  /**
   * The keys of which one must have signed the token, for the algorithm that it names.
   * @param names Tells what the issuer and the audience have matched, for keys that depend on it.
   * @throws TokenError when there is none.
   */
  keysOf(token: UnverifiedToken, names: () => Names): Promise<readonly VerificationKey[]>
}

const HMAC_HASHES: ReadonlyMap<string, string> = new Map([
  ["HS256", "sha256"],
  ["HS384", "sha384"],
  ["HS512", "sha512"],
])
const PUBLIC_KEY_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"]

/** @throws TokenError when none of the keys has signed the token. */
export async function verifySignature(
  token: UnverifiedToken,
  keys: readonly VerificationKey[],
): Promise<void> {
  let failure: unknown
  for (const key of keys) {
    try {
      if (!(key instanceof KeyObject) || key.type !== "secret") {
        await compactVerify(token.text, key, { algorithms: PUBLIC_KEY_ALGORITHMS })
        return
      }
      if (isHmacOf(key, token)) return
    } catch (cause) {
      failure = cause
    }
  }
  throw new TokenError("invalid", "the signature is not of the key that is configured", {
    cause: failure,
  })
}

/** Node's own HMAC takes a tenth of WebCrypto's time, which counts when a crowd connects. */
function isHmacOf(key: KeyObject, { text, alg }: UnverifiedToken): boolean {
  const hash = HMAC_HASHES.get(alg)
  if (hash === undefined) return false
  const end = text.lastIndexOf(".")
  const expected = createHmac(hash, key).update(text.slice(0, end)).digest()
  const signature = Buffer.from(text.slice(end + 1), "base64url")
  return signature.length === expected.length && timingSafeEqual(signature, expected)
}
