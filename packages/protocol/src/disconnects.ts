/**
 * Why the server ends a connection. The range tells the client what to do: it comes back after
 * 3000–3499 and 4000–4499, and gives up after 3500–3999 and 4500–4999.
 */
export interface Disconnect {
  readonly code: number
  readonly reason: string
}

/** The disconnect codes of Centrifugo v6. */
export const disconnects = {
  connectionClosed: { code: 3000, reason: "connection closed" },
  shutdown: { code: 3001, reason: "shutdown" },
  serverError: { code: 3004, reason: "internal server error" },
  expired: { code: 3005, reason: "connection expired" },
  subscriptionExpired: { code: 3006, reason: "subscription expired" },
  slow: { code: 3008, reason: "slow" },
  writeError: { code: 3009, reason: "write error" },
  insufficientState: { code: 3010, reason: "insufficient state" },
  forceReconnect: { code: 3011, reason: "force reconnect" },
  noPong: { code: 3012, reason: "no pong" },
  tooManyRequests: { code: 3013, reason: "too many requests" },
  invalidToken: { code: 3500, reason: "invalid token" },
  badRequest: { code: 3501, reason: "bad request" },
  stale: { code: 3502, reason: "stale" },
  forceNoReconnect: { code: 3503, reason: "force disconnect" },
  connectionLimit: { code: 3504, reason: "connection limit" },
  channelLimit: { code: 3505, reason: "channel limit" },
  inappropriateProtocol: { code: 3506, reason: "inappropriate protocol" },
  permissionDenied: { code: 3507, reason: "permission denied" },
  notAvailable: { code: 3508, reason: "not available" },
  tooManyErrors: { code: 3509, reason: "too many errors" },
} as const satisfies Record<string, Disconnect>

/** Why the server ends one subscription, in an unsubscribe push. Below 2500 the client stays away. */
export const unsubscribes = {
  server: { code: 2000, reason: "server unsubscribe" },
  insufficientState: { code: 2500, reason: "insufficient state" },
  expired: { code: 2501, reason: "subscription expired" },
} as const satisfies Record<string, Disconnect>

/** Ends the connection of the session that throws it. */
export class DisconnectError extends Error {
  override readonly name = "DisconnectError"
  readonly disconnect: Disconnect

  constructor(disconnect: Disconnect, options?: ErrorOptions) {
    super(`${disconnect.reason} (${disconnect.code})`, options)
    this.disconnect = disconnect
  }
}
