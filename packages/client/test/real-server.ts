import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { getRequestListener } from "@hono/node-server"
import { signConnectionToken } from "@instant-ws/protocol"
import {
  createInstant,
  type EmbeddedOptions,
  type EmbeddedInstant as InstantServer,
} from "@instant-ws/server"
import { type Instant, type InstantOptions, useInstant } from "djangoinstant"

type EmbeddedSiteOptions = Parameters<typeof createInstant>[0]
type EngineConfig = NonNullable<EmbeddedOptions["engineConfig"]>

/**
 * `tokenLifetime` is in seconds; `engineConfig` is laid over the engine's configuration; `authenticate` stands in
 * for the accounts.
 */
interface RealServerOptions extends Pick<EmbeddedSiteOptions, "authenticate"> {
  readonly tokenLifetime?: number
  readonly engineConfig?: EngineConfig
  readonly envelope?: "object" | "string"
}

const secrets = { tokenKey: "token-key-of-the-tests", apiKey: "api-key-of-the-tests" }

let database: Promise<Buffer> | undefined

/** The content of a database with channels and users, made once: passwords take their time. */
function peopled(): Promise<Buffer> {
  database ??= people()
  return database
}

async function people(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "djangoinstant-"))
  const file = join(folder, "instant.sqlite")
  const instant = await createInstant({ database: file, secrets })
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

/** The real server with a user, a member of `team` and a superuser, each with the password `secret`. */
export class RealServer implements AsyncDisposable {
  readonly instant: InstantServer
  readonly #server: Server
  readonly #folder: string
  readonly #clients: Instant[] = []

  constructor(instant: InstantServer, server: Server, folder: string) {
    this.instant = instant
    this.#server = server
    this.#folder = folder
  }

  static async start({
    tokenLifetime = 600,
    engineConfig = {},
    envelope = "object",
    authenticate,
  }: RealServerOptions = {}): Promise<RealServer> {
    const folder = await mkdtemp(join(tmpdir(), "djangoinstant-"))
    const database = join(folder, "instant.sqlite")
    await writeFile(database, await peopled())
    const options = { database, secrets, tokenLifetime, engineConfig, envelope, authenticate }
    const instant = await createInstant(options)
    const server = createServer(getRequestListener((request) => instant.fetch(request)))
    instant.attach(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return new RealServer(instant, server, folder)
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("Not listening")
    return `http://127.0.0.1:${address.port}`
  }

  /** A client with nobody logged in. */
  async client(options: InstantOptions = {}): Promise<Instant> {
    const instant = useInstant({ reconnectDelay: { min: 1, max: 20 }, ...options })
    this.#clients.push(instant)
    await instant.init(this.url)
    return instant
  }

  /** A client that has logged in. */
  async clientOf(user: string, options: InstantOptions = {}): Promise<Instant> {
    const instant = await this.client(options)
    await instant.login(user, "secret")
    return instant
  }

  /** A connection token that was good once. */
  expiredToken(user: string): Promise<string> {
    return signConnectionToken({ sub: user, exp: 1 }, secrets.tokenKey)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const instant of this.#clients) instant.destroy()
    await this.instant.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await rm(this.#folder, { recursive: true })
  }
}
