import { AdminError, type FieldProblems } from "./admin-error.js"

interface Refusal {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly fields?: FieldProblems
  }
  /** Told to those who aren't let in: whether the built-in accounts are in use. */
  readonly accounts?: boolean
}

/**
 * Asks this site, and reads the JSON that it answers; undefined when there is none.
 * @throws AdminError with the server's reason.
 */
export async function request(path: string, init?: RequestInit): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch {
    throw new AdminError("network", "The server does not answer. Is it running?")
  }
  if (!response.ok) throw await errorOf(response)
  const text = await response.text()
  return text === "" ? undefined : JSON.parse(text)
}

async function errorOf(response: Response): Promise<AdminError> {
  const { status, statusText } = response
  try {
    const { error, accounts }: Refusal = await response.json()
    return new AdminError(error.code, error.message, { fields: error.fields, accounts, status })
  } catch {
    const words = `The server answered ${status} ${statusText}`.trim()
    return new AdminError("unreadable", words, { status })
  }
}
