/** Why a command is refused. */
export interface RefusalCode {
  readonly code: number
  readonly message: string
}

/** Why a connection or a subscription ends. */
export interface EndCode {
  readonly code: number
  readonly reason: string
}

/** The refusals of the protocol that a fake server has use for. */
export const refused = {
  permissionDenied: { code: 103, message: "permission denied" },
  alreadySubscribed: { code: 105, message: "already subscribed" },
  badRequest: { code: 107, message: "bad request" },
  notAvailable: { code: 108, message: "not available" },
  tokenExpired: { code: 109, message: "token expired" },
  unrecoverablePosition: { code: 112, message: "unrecoverable position" },
} as const satisfies Record<string, RefusalCode>

/** The ends of connections and subscriptions that a fake server has use for. */
export const ended = {
  connectionExpired: { code: 3005, reason: "connection expired" },
  noPong: { code: 3012, reason: "no pong" },
  invalidToken: { code: 3500, reason: "invalid token" },
  badRequest: { code: 3501, reason: "bad request" },
  forceDisconnect: { code: 3503, reason: "force disconnect" },
  notAvailable: { code: 3508, reason: "not available" },
  unsubscribed: { code: 2000, reason: "server unsubscribe" },
  subscriptionExpired: { code: 2501, reason: "subscription expired" },
} as const satisfies Record<string, EndCode>

/** A command is refused; the connection goes on. */
export class Refusal extends Error {
  readonly refusal: RefusalCode

  constructor(refusal: RefusalCode) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** A command ends the connection. */
export class End extends Error {
  readonly end: EndCode

  constructor(end: EndCode) {
    super(end.reason)
    this.end = end
  }
}
