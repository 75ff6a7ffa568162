/** Why an engine elsewhere can't be asked. */
export type EngineTrouble =
  /** No connection, or one that broke before the answer came; what was asked may have been done. */
  | "network"
  /** No answer within the time that requests have. */
  | "timeout"
  /** The engine has another API key. */
  | "unauthorized"
  /** What answers is no engine, or one in trouble. */
  | "bad_answer"

/** An engine elsewhere can't be asked; the message says why, and what to do. */
export class EngineError extends Error {
  override readonly name = "EngineError"
  readonly code: EngineTrouble

  constructor(code: EngineTrouble, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
