import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto"

const KEY_LENGTH = 32
const SALT_LENGTH = 16
/** 16 MiB of memory and about as much work as OWASP advises; kept in each hash, so it may grow. */
const COST = { N: 16_384, r: 8, p: 5 } as const
const MAX_MEMORY = 256 * 1024 * 1024

interface Hash {
  readonly cost: { readonly N: number; readonly r: number; readonly p: number }
  readonly salt: Buffer
  readonly key: Buffer
}

/** The hash of a password as the database keeps it: `scrypt$N$r$p$salt$key`, both in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_LENGTH)
  const key = await derive(password, salt, COST)
  const { N, r, p } = COST
  return ["scrypt", N, r, p, salt.toString("base64url"), key.toString("base64url")].join("$")
}

/**
 * Whether a password is the one that was hashed. Without a hash it is not, which takes as long to
 * find out, so that nobody can tell which names exist.
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const hash = stored === null ? undefined : parse(stored)
  if (hash === undefined) {
    await derive(password, randomBytes(SALT_LENGTH), COST)
    return false
  }
  const key = await derive(password, hash.salt, hash.cost)
  return key.length === hash.key.length && timingSafeEqual(key, hash.key)
}

function parse(stored: string): Hash | undefined {
  const [scheme, N, r, p, salt, key] = stored.split("$")
  if (scheme !== "scrypt" || salt === undefined || key === undefined) return undefined
  return {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, "base64url"),
    key: Buffer.from(key, "base64url"),
  }
}

function derive(password: string, salt: Buffer, cost: Hash["cost"]): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: MAX_MEMORY }
  // Texts that look the same must hash the same, however a keyboard composes them.
  const text = password.normalize("NFKC")
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_LENGTH, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
