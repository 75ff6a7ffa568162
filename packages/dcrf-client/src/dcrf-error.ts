import type { Pk } from "./rows.js"

/**
 * What a {@link DcrfError} is about: `answer` the server refused; `event` it sent an error where an
 * event was due; `connection` the socket was lost, or could not be opened, or the server crashed twice over it; `timeout` nothing came in
 * time; `closed` the client was closed; `handler` one of the application's functions threw; `message`
 * a frame could not be read; `usage` the client was called wrongly.
 */
export type ErrorKind =
  | "answer"
  | "event"
  | "connection"
  | "timeout"
  | "closed"
  | "handler"
  | "message"
  | "usage"

/** A frame of the server, without its stream. */
export interface ServerPayload {
  /** The action that is answered, or what happened to a row. */
  readonly action?: string | null | undefined
  /** A list, empty unless the server refused. */
  readonly errors?: readonly unknown[]
  readonly data?: unknown
  /** As HTTP's. */
  readonly response_status?: number
  readonly request_id?: unknown
  readonly [key: string]: unknown
}

/** What else is known of an error; the fields of the server's answer are among it. */
export interface ErrorDetails extends ServerPayload {
  readonly stream?: string | undefined
  /** The row that was asked for. */
  readonly pk?: unknown
  /** The code with which the socket was closed. */
  readonly code?: number | undefined
  readonly cause?: unknown
}

/**
 * What rejects a request, ends an iterator, or is told to `onError`. It has the fields of the server's
 * answer, by their names on the wire too.
 */
export class DcrfError extends Error {
  declare readonly kind: ErrorKind
  /** The status of the answer, as HTTP's; 0 when the server said nothing. */
  declare readonly status: number
  /** What the server complains about: texts, or objects of field names with lists of texts. */
  declare readonly errors: readonly unknown[]
  declare readonly stream: string | undefined
  declare readonly action: string | null | undefined
  /** The row that was asked for. */
  declare readonly pk: Pk | undefined
  /** The code with which the socket was closed, where that is why. */
  declare readonly code: number | undefined
  /** Always null in an answer of DCRF's. */
  declare readonly data: unknown
  /** The status as it came; undefined when the server said nothing. */
  declare readonly response_status: number | undefined
  declare readonly request_id: unknown

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message)
    const status = details.response_status ?? 0
    Object.assign(this, { name: "DcrfError", errors: [] }, details, { kind, status })
  }
}

/** A DcrfError as it is; anything else was thrown by the application's code. */
export function toDcrfError(cause: unknown): DcrfError {
  return cause instanceof DcrfError ? cause : new DcrfError("handler", "A handler threw", { cause })
}
