/** Why a token is refused. `expired` asks the client for a new one, `invalid` ends the connection. */
export class TokenError extends Error {
  override readonly name = "TokenError"
  readonly kind: "expired" | "invalid"

  constructor(kind: "expired" | "invalid", message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}
