import { mkdtemp, rm } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Centrifuge } from "centrifuge"
import { WebSocket } from "ws"
import type { ServerUnderTest } from "../../engine/test/conformance/servers/server-under-test.js"
import { nodeHandler } from "../src/adapters/node.js"
import { createInstant, type Instant, type RemoteEngine } from "../src/index.js"
import { Browser } from "./browser.js"
import { PASSWORD } from "./running-server.js"

/** The keys of an engine that is elsewhere. */
export const ENGINE_KEYS = {
  apiKey: "the-api-key-of-the-engine-elsewhere",
  tokenSecret: "the-token-secret-of-the-engine-elsewhere",
}

/** Its configuration, in which sites of ours have what they have with an engine of their own. */
export const ENGINE_CONFIG = JSON.stringify({
  client: { token: { hmac_secret_key: ENGINE_KEYS.tokenSecret } },
  channel: {
    without_namespace: {
      history_size: 100,
      history_ttl: "600s",
      force_recovery: true,
      allow_history_for_subscriber: true,
      presence: true,
      allow_presence_for_subscriber: true,
    },
  },
  http_api: { key: ENGINE_KEYS.apiKey },
})

/** A site whose engine is elsewhere, behind real HTTP on a free port. */
export class RemoteSite implements AsyncDisposable {
  readonly instant: Instant
  readonly url: string
  readonly #engineUrl: string
  readonly #server: Server
  readonly #folder: string
  readonly #clients: Centrifuge[] = []

  constructor(instant: Instant, server: Server, place: { url: string; folder: string }) {
    const address = server.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    this.instant = instant
    this.url = `http://127.0.0.1:${address.port}`
    this.#engineUrl = place.url
    this.#server = server
    this.#folder = place.folder
  }

  static async start(
    { url }: Pick<ServerUnderTest, "url">,
    engine: Partial<RemoteEngine> = {},
  ): Promise<RemoteSite> {
    const folder = await mkdtemp(join(tmpdir(), "instant-remote-"))
    const instant = await createInstant({
      database: join(folder, "instant.sqlite"),
      engine: { url, ...ENGINE_KEYS, ...engine },
    })
    const server = createServer(nodeHandler(instant))
    instant.attach(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return new RemoteSite(instant, server, { url, folder })
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
    await rm(this.#folder, { recursive: true })
  }
}
