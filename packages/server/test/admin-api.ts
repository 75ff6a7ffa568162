import { Browser, refusalOf } from "./browser.js"
import type { RunningServer } from "./running-server.js"

/** Asks the admin's API as its page does. */
export class AdminApi {
  readonly browser: Browser
  readonly #token: string

  constructor(browser: Browser, token: string) {
    this.browser = browser
    this.#token = token
  }

  /** As a superuser of this name, who is made when new; at the server itself unless said otherwise. */
  static async of(server: RunningServer, name = "root", url = server.url): Promise<AdminApi> {
    const { cookies } = await server.signedIn(name, { superuser: true })
    const browser = new Browser(url)
    for (const [cookie, value] of cookies) browser.cookies.set(cookie, value)
    const response = await browser.fetch("/instant/admin/api/session", { method: "GET" })
    const { csrfToken } = await response.json()
    return new AdminApi(browser, csrfToken)
  }

  /** The response, whatever it is. */
  fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { "X-CSRFToken": this.#token }
    return this.browser.fetch(`/instant/admin/api/${path}`, { method, body, headers })
  }

  /** The answer; fails when it is a refusal. */
  async ask(method: string, path: string, body?: unknown) {
    const response = await this.fetch(method, path, body)
    if (response.status !== 200) throw new Error(`${method} ${path}: ${await response.text()}`)
    return response.json()
  }

  /** Status and code of a refusal. */
  async refused(method: string, path: string, body?: unknown): Promise<string> {
    return refusalOf(await this.fetch(method, path, body))
  }

  /** What is said to be wrong with each field. */
  async faults(method: string, path: string, body?: unknown): Promise<Record<string, string>> {
    const response = await this.fetch(method, path, body)
    const { error } = await response.json()
    return error.fields
  }
}
