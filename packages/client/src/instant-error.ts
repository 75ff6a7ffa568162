/**
 * What went wrong:
 * - `usage`: a call came too early, or something is missing on this machine;
 * - `backend`: the backend refused, could not be reached, or answered something else than agreed;
 * - `connection`: the websocket could not be opened, or the server ended it;
 * - `subscription`: one channel could not be subscribed; it is tried again;
 * - `request`: the server refused, or didn't answer, a call for history, for presence or to publish;
 * - `publication`: what arrived on a channel is no event, or its data isn't as declared;
 * - `handler`: a handler or listener of the application threw.
 */
export type ErrorKind =
  | "usage"
  | "backend"
  | "connection"
  | "subscription"
  | "request"
  | "publication"
  | "handler"

/** What belongs to an error besides its text. */
export interface ErrorDetails extends ErrorOptions {
  readonly code?: number | undefined
  readonly channel?: string | undefined
}

/** Every error of this package: thrown, or told to `onError`. */
export class InstantError extends Error {
  override readonly name = "InstantError"
  readonly kind: ErrorKind
  /**
   * The HTTP status of the backend (0 when it could not be reached), or the code of the realtime
   * protocol; 0 when there is none.
   */
  readonly code: number
  /** The channel concerned, if it is one. */
  readonly channel: string | undefined

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details)
    this.kind = kind
    this.code = details.code ?? 0
    this.channel = details.channel
  }
}

/** Whether the backend, when it was asked, said "not logged in", "wrong password" or "not yours". */
export function isRefusal(error: unknown): boolean {
  return error instanceof InstantError && error.code === 403
}

/** Resolves to whether the backend did what it was asked; it didn't where it refused. @throws other errors */
export async function unlessRefused(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

/** What a thrown value says. */
export function textOf(cause: unknown): string {
  return String(Object(cause).message ?? cause)
}
