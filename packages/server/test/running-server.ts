import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import { Centrifuge, type Options } from "centrifuge"
import { pino } from "pino"
import { WebSocket } from "ws"
import { type DatabaseKind, sqlite, type TestDatabase } from "../../../test/databases.js"
import {
  createInstant,
  type EmbeddedInstant,
  type EmbeddedOptions,
  type Instant,
  type SiteOptions,
} from "../src/index.js"
import { Browser } from "./browser.js"

export const SECRETS = {
  tokenKey: "the-token-key-of-the-tests-32-bytes",
  apiKey: "the-api-key-of-the-tests",
}
export const PASSWORD = "correct horse"

/** The whole server behind real HTTP on a free port, on a database of its own. */
export class RunningServer implements AsyncDisposable {
  readonly instant: EmbeddedInstant
  /** What the server logged, one JSON object a line. */
  readonly log: readonly string[]
  readonly #server: Server
  readonly #database: TestDatabase
  readonly #clients: Centrifuge[] = []

  constructor(
    parts: Pick<RunningServer, "instant" | "log">,
    server: Server,
    database: TestDatabase,
  ) {
    this.instant = parts.instant
    this.log = parts.log
    this.#server = server
    this.#database = database
  }

  static async start(
    options: Partial<SiteOptions & EmbeddedOptions> = {},
    kind: DatabaseKind = sqlite,
  ): Promise<RunningServer> {
    const database = await kind.make()
    const log: string[] = []
    const instant = await createInstant({
      database: database.url,
      secrets: SECRETS,
      log: pino({ level: "trace" }, { write: (line: string) => log.push(line) }),
      ...options,
    })
    const server = createServer(
      getRequestListener((request, environment) => instant.fetch(request, environment)),
    )
    instant.attach(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return new RunningServer({ instant, log }, server, database)
  }

  /** The path or the URL of its database. */
  get database(): string {
    return this.#database.url
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    return address.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get websocketUrl(): string {
    return `ws://127.0.0.1:${this.port}/connection/websocket`
  }

  /** A visitor without cookies. */
  browser(): Browser {
    return new Browser(this.url)
  }

  /** A user of this name, who is made when new, in a browser of their own. */
  async signedIn(
    name: string,
    fields: Parameters<Instant["users"]["add"]>[1] = {},
  ): Promise<Browser> {
    if ((await this.instant.users.find(name)) === undefined) {
      await this.instant.users.add(name, { password: PASSWORD, ...fields })
    }
    const browser = this.browser()
    const response = await browser.login(name, PASSWORD)
    if (response.status !== 200) throw new Error(`login answered ${response.status}`)
    return browser
  }

  /** A stock centrifuge client, not connected yet. */
  client(options: Partial<Options> = {}): Centrifuge {
    const client = new Centrifuge(this.websocketUrl, { websocket: WebSocket, ...options })
    this.#clients.push(client)
    return client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect()
    await this.instant.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.#database[Symbol.asyncDispose]()
  }
}
