import type { Subject } from "./file-signer.js"

/** A user in words, as Centrifugo's. */
export function describeUser(user: string): string {
  return user === "" ? "anonymous user" : `user ${JSON.stringify(user)}`
}

/** How long a token is good for, in words as Centrifugo's. */
export function describeTtl({ ttl }: Subject): string {
  return ttl > 0 ? `with expiration TTL ${goDuration(ttl)}` : "without expiration"
}

/** Seconds as Go writes them: `1h0m0s`, `1m30s`, `5s`. */
function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60)]
  if (minutes === 0) return `${seconds}s`
  const rest = `${minutes % 60}m${seconds % 60}s`
  return hours === 0 ? rest : `${hours}h${rest}`
}
