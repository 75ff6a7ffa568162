/** What is wrong with fields of a form, by their names. */
export type FieldProblems = Readonly<Record<string, string>>

/** The server refuses, or can't be reached. The message is for the one who works here. */
export class AdminError extends Error {
  override readonly name = "AdminError"
  /** As the server names it; `network` when there was no answer. */
  readonly code: string
  readonly fields: FieldProblems

  constructor(code: string, message: string, fields: FieldProblems = {}) {
    super(message)
    this.code = code
    this.fields = fields
  }
}

/** What went wrong, in a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
