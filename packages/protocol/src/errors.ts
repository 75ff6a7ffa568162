/** What a client is told when its command fails; the connection goes on. */
export interface ErrorCode {
  readonly code: number
  readonly message: string
  /** Whether the same command may succeed when it is sent again. */
  readonly temporary: boolean
}

const permanent = (code: number, message: string): ErrorCode => ({
  code,
  message,
  temporary: false,
})

/** The error codes of Centrifugo v6, shared by the client protocol and the server API. */
export const errors = {
  internal: { code: 100, message: "internal server error", temporary: true },
  unauthorized: permanent(101, "unauthorized"),
  unknownChannel: permanent(102, "unknown channel"),
  permissionDenied: permanent(103, "permission denied"),
  methodNotFound: permanent(104, "method not found"),
  /** The server API's word for what the client protocol calls {@link errors.methodNotFound}. */
  notFound: permanent(104, "not found"),
  alreadySubscribed: permanent(105, "already subscribed"),
  limitExceeded: permanent(106, "limit exceeded"),
  badRequest: permanent(107, "bad request"),
  notAvailable: permanent(108, "not available"),
  tokenExpired: permanent(109, "token expired"),
  expired: permanent(110, "expired"),
  tooManyRequests: { code: 111, message: "too many requests", temporary: true },
  unrecoverablePosition: permanent(112, "unrecoverable position"),
} as const satisfies Record<string, ErrorCode>

/** A command or API call is refused with one of the codes of {@link errors}. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError"
  readonly code: number
  readonly temporary: boolean

  constructor({ code, message, temporary }: ErrorCode, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.temporary = temporary
  }
}
