import type { JWK } from "jose"

/** The signing keys of a JSON Web Key Set, by their `kid`. */
export type KeySet = ReadonlyMap<string, JWK>

const ATTEMPTS = 2
/** For each attempt, in milliseconds. */
const TIMEOUT = 1_000
const MAX_BYTES = 1_048_576

/** Fetches a JSON Web Key Set. @throws Error when it doesn't come in time or is none. */
export async function fetchKeySet(address: string): Promise<KeySet> {
  const set: unknown = JSON.parse(await fetchTwice(address))
  const keys = typeof set === "object" && set !== null && "keys" in set ? set.keys : undefined
  if (!Array.isArray(keys)) throw new SyntaxError('the answer has no list "keys"')
  return new Map(keys.filter(isSigningKey).map((key) => [key.kid, key]))
}

async function fetchTwice(address: string): Promise<string> {
  let failure: unknown
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await fetchText(address)
    } catch (cause) {
      failure = cause
    }
  }
  throw failure
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT) })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`status ${response.status} instead of 200`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_BYTES) throw new RangeError(`more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function isSigningKey(key: unknown): key is JWK & { readonly kid: string } {
  if (typeof key !== "object" || key === null) return false
  const { kid, use, kty }: Readonly<Record<string, unknown>> = { ...key }
  return typeof kid === "string" && use === "sig" && typeof kty === "string"
}
