import { readJson } from "@instant-ws/protocol/envelope"
import { platform } from "#platform"
import { InstantError, textOf } from "./instant-error.js"

/** How long the backend may take for an answer, in milliseconds. */
const TIMEOUT = 15_000

/** What {@link createBackend} gives. */
export type Backend = ReturnType<typeof createBackend>

/**
 * The endpoints of a backend, with its cookies and its CSRF token. `url` is where `/instant/` is
 * mounted: `https://example.com`, or `""` for the page's own.
 */
export function createBackend(url: string, fetcher: typeof fetch) {
  const root = `${url.replace(/\/+$/, "")}/instant/`
  const request = platform.withCookies(fetcher)
  let csrfToken = ""

  /**
   * Asks an endpoint, such as `login/`, and hands its JSON to `read`, with the URL for its errors.
   * @throws InstantError of kind `backend`; with code 403 when it refuses.
   */
  return async <T>(
    path: string,
    read: (answer: unknown, url: string) => T,
    body = {},
  ): Promise<T> => {
    const url = root + path
    let response: Response
    let answer: unknown
    try {
      response = await request(url, {
        method: "POST",
        credentials: "include",
        headers: {
          "Content-Type": "application/json",
          ...(csrfToken && { "X-CSRFToken": csrfToken }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      })
      // What is not JSON, such as the page of a proxy, is told by who reads it.
      answer = readJson(await response.text())
    } catch (cause) {
      throw new InstantError("backend", `${url} cannot be reached: ${textOf(cause)}`, { cause })
    }
    const { error, csrf_token = csrfToken } = Object(answer)
    const { ok, status: code, statusText } = response
    if (!ok) {
      const text = `${url} answered ${code}: ${error?.message ?? statusText}`
      throw new InstantError("backend", text, { code })
    }
    csrfToken = csrf_token
    return read(answer, url)
  }
}
