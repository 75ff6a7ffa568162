import type { JWK } from "jose"
import type { Names } from "./claim-rules.js"
import { fetchKeySet, type KeySet } from "./fetch-key-set.js"
import type { KeyEndpoint } from "./key-endpoint.js"
import { TokenError } from "./token-error.js"
import type { UnverifiedToken } from "./unverified-token.js"
import type { KeySource } from "./verify-signature.js"

/** How long a key set counts, in milliseconds. */
const FRESH_TIME = 3_600_000
/** How long keys are still used that can't be fetched again, in milliseconds. */
const MAX_AGE = 24 * FRESH_TIME
/** How long after a failure the next try waits while old keys do, in milliseconds. */
const RETRY_AFTER = 60_000
/** Key sets that are kept; there are as many as the endpoint has addresses. */
const MAX_SETS = 100

interface KeptSet {
  readonly keys: KeySet
  readonly fetchedAt: number
  freshUntil: number
}

/** The keys of a JSON Web Key Set, fetched when a token names one that isn't known. */
export class RemoteKeys implements KeySource {
  readonly #endpoint: KeyEndpoint
  /** By address, so that no issuer can vouch for another with a key of the same name. */
  readonly #sets = new Map<string, KeptSet>()
  readonly #underWay = new Map<string, Promise<KeptSet>>()

  constructor(endpoint: KeyEndpoint) {
    this.#endpoint = endpoint
  }

  async keysOf({ alg, kid }: UnverifiedToken, names: () => Names): Promise<readonly JWK[]> {
    if (alg.startsWith("HS")) throw new TokenError("invalid", "a key set has no HMAC secrets")
    if (kid === "") throw new TokenError("invalid", 'the token names no key: it has no "kid"')
    return [await this.#key(kid, this.#endpoint.address(names))]
  }

  async #key(kid: string, address: string): Promise<JWK> {
    const kept = this.#sets.get(address)
    const known = kept?.keys.get(kid)
    if (known !== undefined && kept !== undefined && Date.now() < kept.freshUntil) return known
    try {
      const key = (await this.#refetched(address)).keys.get(kid)
      if (key !== undefined) return key
    } catch (cause) {
      if (known !== undefined && kept !== undefined && Date.now() < kept.fetchedAt + MAX_AGE) {
        kept.freshUntil = Date.now() + RETRY_AFTER
        return known
      }
      throw new TokenError("invalid", `the key set can't be fetched: ${reason(cause)}`, { cause })
    }
    throw new TokenError("invalid", "the key set has no signing key of the token's name")
  }

  /** Tokens that come while a fetch is under way wait for it: a crowd asks once. */
  #refetched(address: string): Promise<KeptSet> {
    const waiting = this.#underWay.get(address)
    if (waiting !== undefined) return waiting
    const fetching = this.#fetch(address).finally(() => this.#underWay.delete(address))
    this.#underWay.set(address, fetching)
    return fetching
  }

  async #fetch(address: string): Promise<KeptSet> {
    const keys = await fetchKeySet(address)
    const now = Date.now()
    const set = { keys, fetchedAt: now, freshUntil: now + FRESH_TIME }
    this.#sets.delete(address)
    this.#sets.set(address, set)
    const [oldest] = this.#sets.keys()
    if (this.#sets.size > MAX_SETS && oldest !== undefined) this.#sets.delete(oldest)
    return set
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
