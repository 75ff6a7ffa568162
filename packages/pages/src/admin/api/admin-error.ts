/** What is wrong with fields of a form, by their names. */
export type FieldProblems = Readonly<Record<string, string>>

interface Details {
  readonly fields?: FieldProblems | undefined
  readonly accounts?: boolean | undefined
  readonly status?: number
}

/** What the server answers who may not, or asks for what isn't there. */
const REFUSALS: readonly number[] = [401, 403, 404]

/** The server refuses, or can't be reached. The message is for the one who works here. */
export class AdminError extends Error {
  override readonly name = "AdminError"
  /** As the server names it; `network` when there was no answer. */
  readonly code: string
  readonly fields: FieldProblems
  /** Whether one can sign in here, by the built-in accounts. */
  readonly hasAccounts: boolean
  /** Whether the server says no, and would again; else it may only be unable to answer now. */
  readonly isRefusal: boolean

  constructor(code: string, message: string, details: Details = {}) {
    const { fields = {}, accounts = true, status = 0 } = details
    super(message)
    this.code = code
    this.fields = fields
    this.hasAccounts = accounts
    this.isRefusal = REFUSALS.includes(status)
  }

  /** Whether the server doesn't let this browser in. */
  get isOut(): boolean {
    return this.code === "not_signed_in" || this.code === "not_superuser"
  }
}

/** What went wrong, in a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
