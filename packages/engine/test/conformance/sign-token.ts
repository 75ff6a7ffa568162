import { createHmac } from "node:crypto"
import { z } from "zod"
import type { Json } from "./json.js"

const hashes = new Map([
  ["HS256", "sha256"],
  ["HS384", "sha384"],
  ["HS512", "sha512"],
])

const tokenSpec = z.strictObject({
  $jwt: z.unknown(),
  alg: z.string().default("HS256"),
  secret: z.string().default("secret"),
  header: z.record(z.string(), z.unknown()).default({}),
  tamper: z.boolean().default(false),
})

/**
 * Signs the token that `{ $jwt: claims, alg?, secret?, header?, tamper? }` describes. An `alg` other
 * than HS256, HS384 and HS512 gives an empty signature. Not by the library that the engine checks
 * tokens with, which would sign no wrong ones.
 */
export function signToken(spec: Json): string {
  const { $jwt: claims, alg, secret, header, tamper } = tokenSpec.parse(spec)
  const signed = `${base64url({ alg, typ: "JWT", ...header })}.${base64url(claims)}`
  const hash = hashes.get(alg)
  if (hash === undefined) return `${signed}.`
  const signature = createHmac(hash, secret).update(signed).digest("base64url")
  return `${signed}.${tamper ? tampered(signature) : signature}`
}

function tampered(signature: string): string {
  return (signature.startsWith("B") ? "C" : "B") + signature.slice(1)
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url")
}
