/** The command can't do what was asked; the message is one sentence that says why and what to do. */
export class CliError extends Error {
  override readonly name = "CliError"
  /** What the process ends with. */
  readonly exitCode: number = 1
}
