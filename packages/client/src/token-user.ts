/**
 * The user whom a token names, to tell whether two tokens are of the same one; undefined when it is
 * no JWT. Nothing is verified: that is for the server to do.
 */
export function tokenUser(token: string): string | undefined {
  try {
    const [, payload = ""] = token.split(".")
    return String(JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))).sub)
  } catch {
    return undefined
  }
}
