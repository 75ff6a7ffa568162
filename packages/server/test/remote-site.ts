import { createServer, type Server } from "node:http"
import { Centrifuge } from "centrifuge"
import { WebSocket } from "ws"
import { sqlite, type TestDatabase } from "../../../test/databases.js"
import { ENGINE_KEYS, type EngineElsewhere } from "../../../test/engine-elsewhere.js"
import { nodeHandler } from "../src/adapters/node.js"
import { createInstant, type Instant, type RemoteEngine } from "../src/index.js"
import { Browser } from "./browser.js"
import { PASSWORD } from "./running-server.js"

/** A site whose engine is elsewhere, behind real HTTP on a free port. */
export class RemoteSite implements AsyncDisposable {
  readonly instant: Instant
  readonly url: string
  readonly #engineUrl: string
  readonly #server: Server
  readonly #database: TestDatabase
  readonly #clients: Centrifuge[] = []

  constructor(
    instant: Instant,
    server: Server,
    parts: { engineUrl: string; database: TestDatabase },
  ) {
    const address = server.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    this.instant = instant
    this.url = `http://127.0.0.1:${address.port}`
    this.#engineUrl = parts.engineUrl
    this.#server = server
    this.#database = parts.database
  }

  static async start(
    { url }: Pick<EngineElsewhere, "url">,
    engine: Partial<RemoteEngine> = {},
  ): Promise<RemoteSite> {
    const database = await sqlite.make()
    const instant = await createInstant({
      database: database.url,
      engine: { url, ...ENGINE_KEYS, ...engine },
    })
    const server = createServer(nodeHandler(instant))
    instant.attach(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return new RemoteSite(instant, server, { engineUrl: url, database })
  }

  /** A user of this name, who is made when new, in a browser of their own. */
  async signedIn(name: string): Promise<Browser> {
    if ((await this.instant.users.find(name)) === undefined) {
      await this.instant.users.add(name, { password: PASSWORD })
    }
    const browser = new Browser(this.url)
    const response = await browser.login(name, PASSWORD)
    if (response.status !== 200) throw new Error(`login answered ${response.status}`)
    return browser
  }

  /** A stock client of the engine, not connected yet. */
  client(token: string): Centrifuge {
    const url = `${this.#engineUrl.replace("http", "ws")}/connection/websocket`
    const client = new Centrifuge(url, { websocket: WebSocket, token })
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
