import { createHmac } from "node:crypto"

export const SECRET = "a-secret-of-the-tests-32-bytes-long"

const HASHES: ReadonlyMap<unknown, string> = new Map([
  ["HS384", "sha384"],
  ["HS512", "sha512"],
])

interface Made {
  readonly secret?: string
  readonly header?: Readonly<Record<string, unknown>>
}

/** A token made by hand, as somebody who forges one would; claims that are a text are taken as JSON. */
export function handMade(claims: unknown, { secret = SECRET, header = {} }: Made = {}): string {
  const text = typeof claims === "string" ? claims : JSON.stringify(claims)
  const whole = { alg: "HS256", typ: "JWT", ...header }
  const part = (value: string) => Buffer.from(value).toString("base64url")
  const content = `${part(JSON.stringify(whole))}.${part(text)}`
  if (whole.alg === "none") return `${content}.`
  const hash = HASHES.get(whole.alg) ?? "sha256"
  return `${content}.${createHmac(hash, secret).update(content).digest("base64url")}`
}

/** Unix time in seconds. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}
