import type { ServerTime } from "./server-time.js"

/** What a token says, as in a real one. Unix times in seconds. */
export interface FakeClaims {
  /** The user; `""` is an anonymous visitor. */
  readonly sub: string
  /** What it lets subscribe to; a connection token has none. */
  readonly channel?: string
  /** What a connection with it is subscribed to by the server. */
  readonly channels?: readonly string[]
  readonly exp: number
  readonly iat: number
}

/** What has become of a token. */
export type Verdict =
  | { readonly is: "valid"; readonly claims: FakeClaims }
  | { readonly is: "expired" }
  | { readonly is: "invalid" }

/** Makes tokens that look like JWTs, each a different one, and knows its own again. Nothing is signed. */
export class TokenOffice {
  readonly #time: ServerTime
  readonly #given = new Map<string, FakeClaims>()
  readonly #expired = new Set<string>()

  constructor(time: ServerTime) {
    this.#time = time
  }

  /** A new token; `lifetime` is in seconds. */
  give(about: Pick<FakeClaims, "sub" | "channel" | "channels">, lifetime: number): string {
    const now = this.#time.now() / 1000
    const claims = { ...about, exp: Math.floor(now) + lifetime, iat: now }
    const jti = String(this.#given.size + 1)
    const token = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, jti })}.unsigned`
    this.#given.set(token, claims)
    return token
  }

  judge(token: string): Verdict {
    const claims = this.#given.get(token)
    if (claims === undefined) return { is: "invalid" }
    const isOver = claims.exp * 1000 <= this.#time.now()
    return isOver || this.#expired.has(token) ? { is: "expired" } : { is: "valid", claims }
  }

  /** All tokens given so far count as expired. */
  expireAll(): void {
    for (const token of this.#given.keys()) this.#expired.add(token)
  }

  /** All tokens given to a user so far count as expired, as those that a backend takes back. */
  revoke(user: string): void {
    for (const [token, { sub }] of this.#given) if (sub === user) this.#expired.add(token)
  }
}

/** JSON in base64url; `btoa` takes Latin-1 only. */
function part(value: object): string {
  const ascii = JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
  return btoa(ascii).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}
