/** How the backend says no, as the real one does. */
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
  csrf: {
    status: 403,
    code: "csrf",
    message: "Send the csrf_token of the last tokens in X-CSRFToken, with the csrftoken cookie",
  },
  notFound: { status: 404, code: "not_found", message: "There is nothing at this address" },
  method: { status: 405, code: "method_not_allowed", message: "Use another method: see Allow" },
  notJson: {
    status: 415,
    code: "not_json",
    message: "Send JSON, with Content-Type: application/json",
  },
} as const

/** One of {@link refusals}. */
export type BackendRefusal = (typeof refusals)[keyof typeof refusals]
