import { createServer, type Server, type ServerOptions } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { promisify } from "node:util"
import { getRequestListener } from "@hono/node-server"
import { signConnectionToken, signSubscriptionToken } from "@instant-ws/protocol"
import { Centrifuge, type Options } from "centrifuge"
import { pino } from "pino"
import { vi } from "vitest"
import { WebSocket } from "ws"
import {
  createEngine,
  type Engine,
  type EngineConfigInput,
  type EngineOptions,
} from "../src/index.js"
import { RawClient } from "./raw-client.js"

export const SECRET = "a-secret-of-the-tests-32-bytes-long"
export const API_KEY = "test-api-key"

/** How long to wait for connections to be accepted, in milliseconds. */
const PATIENCE = { timeout: 10_000, interval: 10 }

/** An engine behind a real HTTP server on a free port, with what tests do to it. */
export class RunningEngine implements AsyncDisposable {
  readonly engine: Engine
  readonly #server: Server
  readonly #clients: Centrifuge[] = []
  readonly #sockets: RawClient[] = []

  constructor(engine: Engine, server: Server) {
    this.engine = engine
    this.#server = server
  }

  /** Starts an engine; `config` is laid over keys for tokens and API. */
  static async start(
    config: EngineConfigInput = {},
    options: EngineOptions = {},
    serverOptions: ServerOptions = {},
  ): Promise<RunningEngine> {
    const engine = createEngine(
      {
        ...config,
        client: { token: { hmac_secret_key: SECRET }, ...config.client },
        http_api: { key: API_KEY, ...config.http_api },
      },
      { log: pino({ level: "silent" }), ...options },
    )
    const listener = getRequestListener((request, environment) =>
      engine.fetch(request, environment),
    )
    const server = createServer(serverOptions, listener)
    engine.attach(server)
    await new Promise<void>((resolve) => {
      server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 }, resolve)
    })
    return new RunningEngine(engine, server)
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

  /** Resolves when the HTTP server has so many TCP connections. */
  async accepted(count: number): Promise<void> {
    await vi.waitFor(async () => {
      const open = await promisify(this.#server.getConnections.bind(this.#server))()
      if (open < count) throw new Error(`${open} connections are open, not ${count}`)
    }, PATIENCE)
  }

  /** Listens beside the engine for what comes to the HTTP server and is no request. */
  onClientError(listener: (error: Error, socket: Duplex) => void): void {
    this.#server.on("clientError", listener)
  }

  /** A stock centrifuge client, not connected yet. */
  client(options: Partial<Options> = {}): Centrifuge {
    const client = new Centrifuge(this.websocketUrl, {
      websocket: WebSocket,
      minReconnectDelay: 10,
      maxReconnectDelay: 50,
      ...options,
    })
    this.#clients.push(client)
    return client
  }

  /** A stock centrifuge client of a user. */
  async clientOf(user: string, options: Partial<Options> = {}): Promise<Centrifuge> {
    return this.client({ token: await connectionToken(user), ...options })
  }

  /** A bare websocket that sends and receives protocol messages as they are. */
  async socket(headers: Record<string, string> = {}): Promise<RawClient> {
    const socket = await RawClient.open(this.websocketUrl, headers)
    this.#sockets.push(socket)
    return socket
  }

  /** A bare websocket that has connected with a user's token. */
  async socketOf(user: string): Promise<RawClient> {
    const socket = await this.socket()
    socket.send({ id: 1, connect: { token: await connectionToken(user) } })
    await socket.next()
    return socket
  }

  /** Calls the server API over HTTP. */
  async api(
    method: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.url}/api/${method}`, {
      method: "POST",
      headers: { "X-API-Key": API_KEY, "Content-Type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect()
    for (const socket of this.#sockets) socket.terminate()
    await this.engine.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export function connectionToken(
  sub: string,
  claims: {
    readonly exp?: number
    readonly channels?: readonly string[]
    readonly info?: unknown
  } = {},
): Promise<string> {
  return signConnectionToken({ sub, ...claims }, SECRET)
}

export function subscriptionToken(sub: string, channel: string, exp?: number): Promise<string> {
  return signSubscriptionToken({ sub, channel, ...(exp !== undefined && { exp }) }, SECRET)
}

/** Unix time in seconds. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}
