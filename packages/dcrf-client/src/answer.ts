import { DcrfError, type ErrorDetails, type ErrorKind, type ServerPayload } from "./dcrf-error.js"
import { isRecord } from "./record.js"
import type { Untyped } from "./rows.js"

/** What was asked, where anything was. */
export interface Asked {
  readonly stream: string
  readonly payload?: Untyped
  readonly id?: string
}

/** Of which kind an error is, with what else is known. */
export type Why = ErrorDetails & { readonly kind: ErrorKind }

/** Whether the server refused. An event may have no status. */
export function isError({ response_status: status = 200 }: ServerPayload): boolean {
  return status < 200 || status > 299
}

/** An error that says what was asked. */
export function errorAbout(
  { stream, payload, id }: Asked,
  text: string,
  { kind, ...details }: Why,
): DcrfError {
  const action = payload?.action ?? details.payload?.action
  const pk = payload?.pk
  const subject = [stream, action, pk].filter((part) => part != null).join(" ")
  return new DcrfError(kind, `${subject}: ${text}`, {
    stream,
    action,
    pk,
    requestId: id,
    ...details,
  })
}

/** The error that an answer or an event is. */
export function errorOf(asked: Asked, payload: ServerPayload, kind: ErrorKind): DcrfError {
  const errors = (payload.errors ?? []).map((error) =>
    isRecord(error) ? JSON.stringify(error) : error,
  )
  return errorAbout(asked, `${payload.response_status} ${errors.join(", ")}`, { kind, payload })
}

/** What an event is about: its data, its body where it is free-form, else all of it. */
export function dataOf(payload: ServerPayload): Untyped {
  if ("data" in payload) return payload.data
  return "body" in payload ? payload.body : payload
}
