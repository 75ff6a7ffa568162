/**
 * The user whom a token names, to tell whether two tokens are of the same one; undefined when it is
 * no JWT. Nothing is verified: that is for the server to do.
 */
export function tokenUser(token: string): string | undefined {
  try {
    const [, payload = ""] = token.split(".")
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")))
    if (typeof claims !== "object" || claims === null || !("sub" in claims)) return undefined
    return String(claims.sub)
  } catch {
    return undefined
  }
}
