import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { FakeRealtime } from "./fake-realtime.js"
import { fakeToken } from "./fake-token.js"
import { Queue } from "./queue.js"

/** A request to one of the four endpoints: `path` is its last part. */
export interface FakeRequest {
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * A backend with its realtime server on one port, over real sockets. Every user has the password
 * `secret`. Tests steer it:
 * - change `channels`, or whom they see;
 * - make it answer otherwise: `answers.set("login", { status: 500, body: "…" })`;
 * - end every session: `sessions.clear()`; let another tab log in: `sessions.set(id, "staff")`;
 * - `realtime` steers the websockets.
 */
export class FakeBackend implements AsyncDisposable {
  readonly requests = new Queue<FakeRequest>()
  readonly answers = new Map<string, { readonly status: number; readonly body: string }>()
  /** User by session cookie. */
  readonly sessions = new Map<string, string>()
  readonly realtime: FakeRealtime
  channels = [
    { name: "news", level: "public" },
    { name: "$lobby", level: "users" },
  ]
  /** What get_token answers as `ws_url`; nothing unless set. */
  websocketUrl: string | undefined
  #csrfToken = ""
  #count = 0
  readonly #server: Server

  constructor(server: Server) {
    this.#server = server
    this.realtime = new FakeRealtime(server)
    server.on("request", (request, response) => void this.#take(request, response))
  }

  static async start(): Promise<FakeBackend> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return new FakeBackend(server)
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("Not listening")
    return `http://127.0.0.1:${address.port}`
  }

  get websocketsUrl(): string {
    return this.url.replace("http", "ws")
  }

  /** Makes the CSRF token useless, as a login in another tab does. */
  rotateCsrfToken(): void {
    this.#csrfToken = `csrf-${++this.#count}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.realtime.stop()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace("/instant/", "").replace("/", "") ?? ""
    const body: FakeRequest["body"] = JSON.parse(await textOf(request))
    this.requests.push({ path, headers: request.headers, body })
    const { status, body: answer } = this.answers.get(path) ?? {
      ...this.#answer(path, request, { body, response }),
    }
    response.writeHead(status, { "Content-Type": "application/json" }).end(answer)
  }

  #answer(
    path: string,
    { headers }: IncomingMessage,
    { body, response }: { readonly body: FakeRequest["body"]; readonly response: ServerResponse },
  ) {
    const id = /sessionid=(\w+)/.exec(headers.cookie ?? "")?.[1] ?? ""
    const user = this.sessions.get(id)
    if (path === "login") {
      if (body.password !== "secret") return refusal("Wrong user name or password")
      return this.#login(String(body.username), response)
    }
    if (user === undefined) return refusal("Nobody is logged in")
    if (path === "get_token") return this.#tokens(user)
    if (path === "subscribe") return json(200, { channels: this.#channelsOf(user) })
    if (headers["x-csrftoken"] !== this.#csrfToken) return refusal("Wrong CSRF token")
    this.sessions.delete(id)
    response.setHeader("Set-Cookie", "sessionid=; Path=/; Max-Age=0")
    return json(200, { response: "ok" })
  }

  #login(user: string, response: ServerResponse) {
    const id = `session${++this.#count}`
    this.sessions.set(id, user)
    response.setHeader("Set-Cookie", [
      `sessionid=${id}; HttpOnly; Path=/; SameSite=Lax`,
      "csrftoken=abc; Path=/; expires=Fri, 01 Jan 2100 00:00:00 GMT",
    ])
    return this.#tokens(user)
  }

  #tokens(user: string) {
    this.rotateCsrfToken()
    return json(200, {
      csrf_token: this.#csrfToken,
      ws_token: fakeToken({ sub: user, channels: [`$@${user}`] }),
      channels: this.#channelsOf(user),
      ws_url: this.websocketUrl,
    })
  }

  #channelsOf(user: string) {
    return this.channels.map(({ name, level }) => ({
      name,
      level,
      token: fakeToken({ sub: user, channel: name }),
    }))
  }
}

function refusal(message: string) {
  return json(403, { error: { code: "forbidden", message } })
}

function json(status: number, body: object) {
  return { status, body: JSON.stringify(body) }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ""
  for await (const chunk of request) text += chunk
  return text
}
