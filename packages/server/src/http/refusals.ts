import type { ContentfulStatusCode } from "hono/utils/http-status"

/** How an endpoint says no: an HTTP status, and a body that programs and people can read. */
export interface Refusal {
  readonly status: ContentfulStatusCode
  /** Stays the same when the message is put in better words. */
  readonly code: string
  readonly message: string
  /** What is wrong with the fields that were sent, by their names. */
  readonly fields?: Readonly<Record<string, string>>
}

/** Every refusal of the endpoints. */
export const refusals = {
  malformed: { status: 400, code: "bad_request", message: "The body is not valid JSON in UTF-8" },
  badCredentials: {
    status: 400,
    code: "bad_request",
    message: 'Send a JSON object with the texts "username" and "password"',
  },
  notSignedIn: { status: 403, code: "not_signed_in", message: "Sign in first" },
  wrongCredentials: {
    status: 403,
    code: "wrong_credentials",
    message: "There is no active user with this name and password",
  },
  otherSite: {
    status: 403,
    code: "other_site",
    message: "The page that sent this is of another site: add its origin to the allowed origins",
  },
  csrf: {
    status: 403,
    code: "csrf",
    message: "Send the csrf_token of the last tokens in X-CSRFToken, with the csrftoken cookie",
  },
  notSuperuser: { status: 403, code: "not_superuser", message: "This is for superusers alone" },
  notAdminPage: {
    status: 403,
    code: "other_site",
    message: "The admin answers its own page alone, and none of another origin",
  },
  notFound: { status: 404, code: "not_found", message: "There is nothing at this address" },
  method: { status: 405, code: "method_not_allowed", message: "Use another method: see Allow" },
  engineElsewhere: {
    status: 409,
    code: "engine_elsewhere",
    message: "The engine runs elsewhere, and tells who is connected there",
  },
  accountsElsewhere: {
    status: 409,
    code: "accounts_elsewhere",
    message: "The site has accounts of its own: the built-in ones are not in use",
  },
  oneself: {
    status: 409,
    code: "oneself",
    message: "You can't remove your own account: have another superuser do it",
  },
  lastSuperuser: {
    status: 409,
    code: "last_superuser",
    message: "This is the last active superuser: make another one first",
  },
  tooLarge: { status: 413, code: "too_large", message: "The body is larger than 1 MiB" },
  notJson: {
    status: 415,
    code: "not_json",
    message: "Send JSON, with Content-Type: application/json",
  },
  tooManyAttempts: {
    status: 429,
    code: "too_many_attempts",
    message: "Too many attempts to sign in: wait as long as Retry-After says",
  },
  closing: {
    status: 503,
    code: "closing",
    message: "The server is going down: try again elsewhere",
  },
  slowAuthentication: {
    status: 503,
    code: "authentication_timeout",
    message: "The site did not tell in time who you are: try again",
  },
  internal: { status: 500, code: "internal", message: "The server failed: see its log" },
} as const satisfies Record<string, Refusal>

/** Ends a request with a refusal. */
export class HttpError extends Error {
  override readonly name = "HttpError"
  readonly refusal: Refusal
  readonly headers: Readonly<Record<string, string>>

  constructor(refusal: Refusal, headers: Readonly<Record<string, string>> = {}) {
    super(refusal.message)
    this.refusal = refusal
    this.headers = headers
  }
}
