/** What was asked of channels, users or groups can't be done; the message says why. */
export class StoreError extends Error {
  override readonly name = "StoreError"
  /** `exists`: the name is taken. `unknown`: there is none. `invalid`: the value breaks a rule. */
  readonly code: "exists" | "unknown" | "invalid"

  constructor(code: "exists" | "unknown" | "invalid", message: string) {
    super(message)
    this.code = code
  }
}
