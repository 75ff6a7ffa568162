import { type CookieJar, platform } from "#platform"
import { type Channel, fieldsOf, readChannels, readTokens, type Tokens } from "./backend-answer.js"
import { InstantError, isRefusal, textOf } from "./instant-error.js"

/** How long the backend may take for an answer, in milliseconds. */
const TIMEOUT = 15_000

/** The four endpoints of the backend, with its cookies and its CSRF token. */
export class Backend {
  readonly url: string
  readonly #root: string
  readonly #fetch: typeof fetch
  readonly #cookies: CookieJar = platform.createCookieJar()
  #csrfToken = ""

  /** `url` is where `/instant/` is mounted: `https://example.com`, or `""` for the page's own. */
  constructor(url: string, fetcher: typeof fetch) {
    this.url = url
    this.#root = `${url.replace(/\/+$/, "")}/instant/`
    this.#fetch = fetcher
  }

  get csrfToken(): string {
    return this.#csrfToken
  }

  /** @throws InstantError of kind `backend`; with code 403 for a wrong name or password. */
  async login(username: string, password: string): Promise<Tokens> {
    return this.#keep(await this.#post("login/", { username, password }))
  }

  /** @throws InstantError of kind `backend`; with code 403 when nobody is logged in. */
  async getToken(): Promise<Tokens> {
    return this.#keep(await this.#post("get_token/"))
  }

  /** The channels with new tokens. @throws as {@link getToken}. */
  async subscribe(): Promise<readonly Channel[]> {
    return readChannels(await this.#post("subscribe/"), this.#root)
  }

  /** Ends the session. @throws InstantError of kind `backend` when that failed. */
  async logout(): Promise<void> {
    try {
      await this.#post("logout/")
    } catch (error) {
      if (!isRefusal(error)) throw error
      // Either nobody is logged in, or another tab's login has changed the CSRF token.
      try {
        await this.getToken()
      } catch (refusal) {
        if (isRefusal(refusal)) return
        throw refusal
      }
      await this.#post("logout/")
    }
  }

  #keep(answer: unknown): Tokens {
    const tokens = readTokens(answer, this.#root)
    this.#csrfToken = tokens.csrfToken
    return tokens
  }

  async #post(path: string, body: object = {}): Promise<unknown> {
    const url = this.#root + path
    const { response, text } = await this.#send(url, body)
    const answer = parse(text)
    if (response.ok) return answer
    const said = fieldsOf(fieldsOf(answer).error).message ?? response.statusText
    throw new InstantError("backend", `${url} answered ${response.status}: ${said}`, {
      code: response.status,
    })
  }

  async #send(url: string, body: object) {
    try {
      const response = await this.#fetch(url, {
        method: "POST",
        mode: "cors",
        credentials: "include",
        headers: {
          "Content-Type": "application/json",
          ...(this.#csrfToken && { "X-CSRFToken": this.#csrfToken }),
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
