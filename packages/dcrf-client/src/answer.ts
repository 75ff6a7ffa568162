import { DcrfError, type ErrorDetails, type ErrorKind, type ServerPayload } from "./dcrf-error.js"

/** What was asked, where anything was. */
export interface Asked {
  readonly stream: string
  readonly payload: {
    readonly action?: string | null
    readonly pk?: unknown
    readonly request_id?: unknown
  }
}

/** An error that says what was asked. */
export function errorAbout(
  { stream, payload: { action, pk, request_id } }: Asked,
  text: string,
  { kind, ...details }: ErrorDetails & { readonly kind: ErrorKind },
): DcrfError {
  const about = { stream, action, pk, request_id, ...details }
  const what = [stream, action ?? details.action, pk].filter((part) => part != null && part !== "")
  return new DcrfError(kind, `${what.join(" ")}: ${text}`, about)
}

/** The error that an answer, or an event, is; undefined where it is none. An event may have no status. */
export function errorOf(
  asked: Asked,
  payload: ServerPayload,
  kind: ErrorKind,
): DcrfError | undefined {
  const { response_status: status = 200, errors } = payload
  if (status >= 200 && status < 300) return undefined
  return errorAbout(asked, `${status} ${JSON.stringify(errors)}`, { ...payload, kind })
}

/** What an event is about: its data, its body where it is free-form, else all of it. */
export function dataOf(payload: ServerPayload): unknown {
  return "data" in payload ? payload.data : (payload.body ?? payload)
}
