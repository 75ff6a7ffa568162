import type { Pk } from "./rows.js"

/**
 * What a {@link DcrfError} is about: `answer` the server refused; `event` it sent an error where an
 * event was due; `connection` the socket was lost, or could not be opened; `timeout` nothing came in
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
  readonly action?: string | null
  /** A list, empty unless the server refused. */
  readonly errors?: readonly unknown[]
  readonly data?: unknown
  /** As HTTP's. */
  readonly response_status?: number
  readonly request_id?: unknown
  readonly [key: string]: unknown
}

/** What is known of an error beside its kind and text. */
export interface ErrorDetails {
  /** What the server said. */
  readonly payload?: ServerPayload
  readonly stream?: string | undefined
  readonly action?: string | null | undefined
  readonly pk?: Pk | undefined
  readonly requestId?: string | undefined
  /** The code with which the socket was closed. */
  readonly code?: number | undefined
  readonly cause?: unknown
}

/**
 * What rejects a request, ends an iterator, or is told to `onError`. It has the fields of the server's
 * answer, by their names on the wire too.
 */
export class DcrfError extends Error {
  override readonly name = "DcrfError"
  readonly kind: ErrorKind
  /** The status of the answer, as HTTP's; 0 when the server said nothing. */
  readonly status: number
  /** What the server complains about: texts, or objects of field names with lists of texts. */
  readonly errors: readonly unknown[]
  readonly stream: string | undefined
  readonly action: string | null | undefined
  /** The row that was asked for. */
  readonly pk: Pk | undefined
  /** The code with which the socket was closed, where that is why. */
  readonly code: number | undefined
  /** Always null in an answer of DCRF's. */
  readonly data: unknown
  /** The status as it came; undefined when the server said nothing. */
  readonly response_status: number | undefined
  readonly request_id: unknown

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details)
    const { payload = {}, stream, action, pk, requestId, code } = details
    this.kind = kind
    this.response_status = payload.response_status
    this.status = payload.response_status ?? 0
    this.errors = payload.errors ?? []
    this.data = payload.data
    this.request_id = requestId ?? payload.request_id
    this.stream = stream
    this.action = payload.action ?? action
    this.pk = pk
    this.code = code
  }
}
