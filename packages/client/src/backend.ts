import { type CookieJar, platform } from "#platform"
import { fieldsOf } from "./fields-of.js"
import { InstantError, textOf } from "./instant-error.js"

/** How long the backend may take for an answer, in milliseconds. */
const TIMEOUT = 15_000

/** The endpoints of the backend, with its cookies. */
export class Backend {
  readonly #root: string
  readonly #fetch: typeof fetch
  readonly #cookies: CookieJar = platform.createCookieJar()
  /** Goes along with every request. */
  csrfToken = ""

  /** `url` is where `/instant/` is mounted: `https://example.com`, or `""` for the page's own. */
  constructor(url: string, fetcher: typeof fetch) {
    this.#root = `${url.replace(/\/+$/, "")}/instant/`
    this.#fetch = fetcher
  }

  /**
   * Asks an endpoint, such as `login/`, and hands its JSON to `read`, with the URL for its errors.
   * @throws InstantError of kind `backend`; with code 403 when it refuses.
   */
  async ask<T>(path: string, read: (answer: unknown, url: string) => T, body = {}): Promise<T> {
    const url = this.#root + path
    const { response, text } = await this.#send(url, body)
    const answer = parse(text)
    if (response.ok) return read(answer, url)
    const code = response.status
    const said = fieldsOf(fieldsOf(answer).error).message ?? response.statusText
    throw new InstantError("backend", `${url} answered ${code}: ${said}`, { code })
  }

  async #send(url: string, body: object) {
    try {
      const response = await this.#fetch(url, {
        method: "POST",
        mode: "cors",
        credentials: "include",
        headers: {
          "Content-Type": "application/json",
          ...(this.csrfToken && { "X-CSRFToken": this.csrfToken }),
          ...this.#cookies.header,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      })
      this.#cookies.keep(response.headers)
      return { response, text: await response.text() }
    } catch (cause) {
      throw new InstantError("backend", `${url} cannot be reached: ${textOf(cause)}`, { cause })
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON, such as the page of a proxy; the reader of the answer says so.
    return undefined
  }
}
