import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { getRequestListener } from "@hono/node-server"
import { signConnectionToken } from "@instant-ws/protocol"
import { createInstant, type Instant as InstantServer } from "@instant-ws/server"
import { type Instant, useInstant } from "djangoinstant"
import { CookieJar } from "../src/cookie-jar.js"
import { Line } from "./line.js"
import type { EventFields, Site } from "./site.js"

const LIFETIME = 600

const options = {
  secrets: { tokenKey: "token-key-of-the-tests", apiKey: "api-key-of-the-tests" },
  engine: {
    channel: {
      without_namespace: {
        presence: true,
        join_leave: true,
        allow_publish_for_subscriber: true,
        allow_history_for_subscriber: true,
        allow_presence_for_subscriber: true,
      },
    },
  },
}

let database: Promise<Buffer> | undefined

/** The content of a database with channels and users, made once: passwords take their time. */
function peopled(): Promise<Buffer> {
  database ??= people()
  return database
}

async function people(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "djangoinstant-"))
  const file = join(folder, "instant.sqlite")
  const instant = await createInstant({ ...options, database: file })
  await instant.channels.add("lobby", { level: "users" })
  await instant.channels.add("team", { level: "groups", groups: ["team"] })
  await instant.users.add("user", { password: "secret" })
  await instant.users.add("member", { password: "secret", groups: ["team"] })
  await instant.users.add("superuser", { password: "secret", staff: true, superuser: true })
  await instant.close()
  const content = await readFile(file)
  await rm(folder, { recursive: true })
  return content
}

/** The site on the real server, over real sockets. */
export class RealSite implements Site {
  readonly instant: InstantServer
  readonly #line = new Line()
  readonly #server: Server
  readonly #folder: string
  readonly #clients: Instant[] = []

  constructor(instant: InstantServer, server: Server, folder: string) {
    this.instant = instant
    this.#server = server
    this.#folder = folder
  }

  static async start(tokenLifetime = LIFETIME): Promise<RealSite> {
    const folder = await mkdtemp(join(tmpdir(), "djangoinstant-"))
    const database = join(folder, "instant.sqlite")
    await writeFile(database, await peopled())
    const instant = await createInstant({ ...options, database, tokenLifetime })
    const server = createServer(getRequestListener((request) => instant.fetch(request)))
    instant.attach(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return new RealSite(instant, server, folder)
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("Not listening")
    return `http://127.0.0.1:${address.port}`
  }

  get websocket() {
    return this.#line.websocket
  }

  async client(onRequest = (_: string) => {}): Promise<Instant> {
    const instant = useInstant({
      reconnectDelay: { min: 1, max: 20 },
      websocket: this.websocket,
      fetch: (url, request) => {
        onRequest(String(url))
        return fetch(url, request)
      },
    })
    this.#clients.push(instant)
    await instant.init(this.url)
    return instant
  }

  visitor(): typeof fetch {
    const jar = new CookieJar()
    return async (url, request) => {
      const response = await fetch(url, {
        ...request,
        headers: { ...request?.headers, ...jar.header },
      })
      jar.keep(response.headers)
      return response
    }
  }

  async publish(channel: string, message?: unknown, fields?: EventFields): Promise<void> {
    await this.instant.publish(channel, message, fields)
  }

  async publishTo(user: string, message?: unknown, fields?: EventFields): Promise<void> {
    await this.instant.publishTo(user, message, fields)
  }

  async publishRaw(channel: string, data: unknown): Promise<void> {
    await this.instant.engine.publish(channel, data)
  }

  cut(): void {
    this.#line.cut()
    this.#line.mend()
  }

  refuse(): void {
    this.#line.cut()
  }

  accept(): void {
    this.#line.mend()
  }

  async close(user: string, code: number, reason: string): Promise<void> {
    await this.instant.engine.disconnect({ user }, { code, reason })
  }

  async deny(channel: string): Promise<void> {
    await this.instant.channels.set(channel, { isActive: false })
    for (const user of ["user", "member", "superuser"]) {
      await this.instant.engine.unsubscribe({ user }, channel)
    }
  }

  expiredToken(user: string): Promise<string> {
    return signConnectionToken({ sub: user, exp: 1 }, options.secrets.tokenKey)
  }

  async endSession(user: string): Promise<void> {
    // A new password ends the sessions.
    await this.instant.users.set(user, { password: "another secret" })
    await this.instant.engine.invalidate(user, { expireAt: Date.now() / 1000 + LIFETIME })
    await this.instant.engine.disconnect({ user })
  }

  async forgetHistory(channel: string): Promise<void> {
    await this.instant.engine.removeHistory(channel)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const instant of this.#clients) instant.getClient()?.disconnect()
    await this.instant.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await rm(this.#folder, { recursive: true })
  }
}
