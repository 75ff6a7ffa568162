/** What the fakes write into a token. */
export interface FakeClaims {
  readonly sub: string
  readonly channel?: string
  readonly channels?: readonly string[]
}

let count = 0

/** A token that looks like a JWT, each a different one. Its signature is worth nothing. */
export function fakeToken(claims: FakeClaims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  return `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, jti: ++count })}.signature`
}

export function readFakeToken(token: string): FakeClaims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())
}
