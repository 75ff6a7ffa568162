import { type Instant, useInstant } from "djangoinstant"
import { FakeServer } from "djangoinstant/testing"
import type { EventFields, Site } from "./site.js"

/** The site in memory. */
export class FakeSite implements Site {
  readonly server: FakeServer
  readonly #clients: Instant[] = []

  constructor(tokenLifetime: number) {
    this.server = new FakeServer({
      tokenLifetime,
      channels: [
        { name: "public", level: "public" },
        { name: "users", level: "users" },
        { name: "staff", level: "staff" },
        { name: "superuser", level: "superuser" },
        { name: "lobby", level: "users" },
        { name: "team", level: "groups", groups: ["team"] },
      ],
      users: { member: { groups: ["team"] }, superuser: { staff: true, superuser: true } },
    })
  }

  static async start(tokenLifetime = 600): Promise<FakeSite> {
    return new FakeSite(tokenLifetime)
  }

  get url(): string {
    return this.server.url
  }

  get websocket() {
    return this.server.options.websocket
  }

  async client(onRequest = (_: string) => {}): Promise<Instant> {
    const options = this.server.anotherBrowser()
    const watched: typeof fetch = (url, request) => {
      onRequest(String(url))
      return options.fetch(url, request)
    }
    const instant = useInstant({ ...options, fetch: watched })
    this.#clients.push(instant)
    await instant.init(this.url)
    return instant
  }

  visitor(): typeof fetch {
    return this.server.anotherBrowser().fetch
  }

  async publish(channel: string, message?: unknown, fields?: EventFields): Promise<void> {
    this.server.publish(channel, message, fields)
  }

  async publishTo(user: string, message?: unknown, fields?: EventFields): Promise<void> {
    this.server.publishTo(user, message, fields)
  }

  async publishRaw(channel: string, data: unknown): Promise<void> {
    this.server.publishRaw(channel, data)
  }

  refuse(): void {
    this.server.refuse()
  }

  accept(): void {
    this.server.accept()
  }

  async close(_: string, code: number, reason: string): Promise<void> {
    this.server.close(code, reason)
  }

  async deny(channel: string): Promise<void> {
    this.server.deny(channel)
  }

  async expiredToken(username: string): Promise<string> {
    const response = await this.visitor()(`${this.url}/instant/login/`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username, password: "secret" }),
    })
    this.server.expireTokens()
    const { ws_token }: { readonly ws_token: string } = await response.json()
    return ws_token
  }

  async endSession(user: string): Promise<void> {
    this.server.endSession(user)
  }

  async forgetHistory(): Promise<void> {
    this.server.forgetHistory()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const instant of this.#clients) instant.destroy()
  }
}
