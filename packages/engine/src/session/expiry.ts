import type { Expiry } from "@instant-ws/protocol"

/** What a client is told of an expiry at `expireAt` (Unix time in seconds): nothing when it never comes. */
export function expiryOf(expireAt: number | undefined): Expiry {
  if (expireAt === undefined) return {}
  return { expires: true, ttl: Math.max(1, Math.floor(expireAt - Date.now() / 1000)) }
}
