import { createServer } from "node:net"
import { usageOf } from "../../bench/src/process/process-usage.js"
import { Cli, type LogLine, logOf, type Server, stop } from "../../packages/cli/test/cli.js"
import { API_KEY, SECRET } from "../../packages/engine/test/running-engine.js"
import { Scrape } from "../../packages/engine/test/scrape.js"

/** What a server asks and signs with that has its engine here. */
export const engineKeys = { apiKey: API_KEY, tokenSecret: SECRET }

type Section = Readonly<Record<string, unknown>>
/** A configuration as its file has it: the sections that are laid over keys for tokens and API. */
export type ServedConfig = Readonly<Record<string, Section>>

/** `instant serve` in a process of its own, which can be killed and started again where it was. */
export class ServedEngine implements AsyncDisposable {
  readonly port: number
  readonly #cli: Cli
  #server: Server

  constructor(cli: Cli, server: Server, port: number) {
    this.#cli = cli
    this.#server = server
    this.port = port
  }

  /** Starts it on a free port, and waits until it serves. */
  static async start(config: ServedConfig = {}): Promise<ServedEngine> {
    const cli = await Cli.make()
    await cli.write("config.json", {
      prometheus: { enabled: true },
      ...config,
      http_server: { address: "127.0.0.1", ...config.http_server },
      client: { token: { hmac_secret_key: SECRET }, ...config.client },
      http_api: { key: API_KEY, ...config.http_api },
    })
    try {
      const port = await freePort()
      return new ServedEngine(cli, await cli.serve(["--port", String(port)]), port)
    } catch (error) {
      await cli[Symbol.asyncDispose]()
      throw error
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get websocketUrl(): string {
    return `ws://127.0.0.1:${this.port}/connection/websocket`
  }

  get pid(): number {
    const { pid } = this.#server.child
    if (pid === undefined) throw new Error("the server has no process")
    return pid
  }

  /** Whether the process that was started last still runs. */
  get isRunning(): boolean {
    const { exitCode, signalCode } = this.#server.child
    return exitCode === null && signalCode === null
  }

  /** Resident memory now, in bytes. */
  get memory(): number {
    return usageOf(this.pid).memory().rss
  }

  /** What the process that was started last has logged by now. */
  get log(): readonly LogLine[] {
    return logOf(this.#server.output())
  }

  /** What it has printed besides its log: a stack trace, should something be uncaught. */
  get noise(): readonly string[] {
    const lines = this.#server.output().split("\n")
    return lines.filter((line) => line !== "" && !line.startsWith("{"))
  }

  /** A file beside its configuration. */
  file(name: string): string {
    return `${this.#cli.folder}/${name}`
  }

  /** `kill -9`, and waits until the process is gone. */
  async kill(): Promise<void> {
    await stop(this.#server, "SIGKILL")
  }

  /** Starts it again at the same port, with the same files. */
  async restart(): Promise<void> {
    this.#server = await this.#cli.serve(["--port", String(this.port)])
  }

  /** Calls the server API. @throws Error when there is no answer, or another than 200. */
  async api(method: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/api/${method}`, {
      method: "POST",
      headers: { "X-API-Key": API_KEY, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} was answered with status ${response.status}`)
    return response.json()
  }

  metrics(): Promise<Scrape> {
    return Scrape.of(this.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cli[Symbol.asyncDispose]()
  }
}

/**
 * A port to listen on again and again. It is below those that systems give to clients: a client that
 * tries in vain to reach a port among those may be given it, and then it connects to itself.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 12_000 + Math.floor(Math.random() * 18_000)
    if (await isFree(port)) return port
  }
  throw new Error("no free port found between 12000 and 30000")
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })
}
