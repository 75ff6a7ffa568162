import type { Instant } from "djangoinstant"
import { fetchWithCookies } from "./fetch-with-cookies.js"
import { Line } from "./line.js"
import { RealServer } from "./real-server.js"
import type { EventFields, Site } from "./site.js"

const LIFETIME = 600

const engineConfig = {
  channel: {
    without_namespace: {
      presence: true,
      join_leave: true,
      allow_publish_for_subscriber: true,
      allow_history_for_subscriber: true,
      allow_presence_for_subscriber: true,
    },
  },
}

/** The site on the real server, over real sockets. */
export class RealSite implements Site {
  readonly #server: RealServer
  readonly #line = new Line()

  constructor(server: RealServer) {
    this.#server = server
  }

  static async start(tokenLifetime = LIFETIME): Promise<RealSite> {
    return new RealSite(await RealServer.start({ tokenLifetime, engineConfig }))
  }

  get url(): string {
    return this.#server.url
  }

  get websocket() {
    return this.#line.websocket
  }

  client(onRequest = (_: string) => {}): Promise<Instant> {
    return this.#server.client({
      websocket: this.websocket,
      fetch: (url, request) => {
        onRequest(String(url))
        return fetch(url, request)
      },
    })
  }

  visitor(): typeof fetch {
    return fetchWithCookies()
  }

  async publish(channel: string, message?: unknown, fields?: EventFields): Promise<void> {
    await this.#instant.publish(channel, message, fields)
  }

  async publishTo(user: string, message?: unknown, fields?: EventFields): Promise<void> {
    await this.#instant.publishTo(user, message, fields)
  }

  async publishRaw(channel: string, data: unknown): Promise<void> {
    await this.#instant.engine.publish(channel, data)
  }

  refuse(): void {
    this.#line.cut()
  }

  accept(): void {
    this.#line.mend()
  }

  async close(user: string, code: number, reason: string): Promise<void> {
    await this.#instant.engine.disconnect({ user }, { code, reason })
  }

  async deny(channel: string): Promise<void> {
    await this.#instant.channels.set(channel, { isActive: false })
    for (const user of ["user", "member", "superuser"]) {
      await this.#instant.engine.unsubscribe({ user }, channel)
    }
  }

  expiredToken(user: string): Promise<string> {
    return this.#server.expiredToken(user)
  }

  async endSession(user: string): Promise<void> {
    // A new password ends the sessions.
    await this.#instant.users.set(user, { password: "another secret" })
    await this.#instant.engine.invalidate(user, { expireAt: Date.now() / 1000 + LIFETIME })
    await this.#instant.engine.disconnect({ user })
  }

  async forgetHistory(channel: string): Promise<void> {
    await this.#instant.engine.removeHistory(channel)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }

  get #instant() {
    return this.#server.instant
  }
}
