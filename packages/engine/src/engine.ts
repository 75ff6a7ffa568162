import { randomUUID } from "node:crypto"
import type { IncomingMessage, Server } from "node:http"
import { hostname } from "node:os"
import type { Duplex } from "node:stream"
import {
  type Disconnect,
  disconnects,
  type ProtocolError,
  tokenVerifier,
  toRawJson,
} from "@instant-ws/protocol"
import { Hono } from "hono"
import { type Logger, pino } from "pino"
import { httpApi } from "./api/http-api.js"
import { apiMethods } from "./api/methods.js"
import {
  type ConnectionTarget,
  type EngineStats,
  type PublishOptions,
  type PublishResult,
  ServerApi,
} from "./api/server-api.js"
import { MemoryBroker } from "./broker/memory/memory-broker.js"
import { Hub } from "./channel/hub.js"
import { ChannelCatalog } from "./channel/options.js"
import { Publisher } from "./channel/publisher.js"
import { readConfig } from "./config/config.js"
import type { EngineConfig, EngineConfigInput } from "./config/schema.js"
import { Flusher } from "./delivery/flusher.js"
import { type Node, VERSION } from "./node.js"
import { Sessions } from "./session/sessions.js"
import { TimingWheel } from "./timing-wheel.js"
import { refuse, WebsocketTransport } from "./transport/websocket.js"

/** A realtime engine in this process. */
export interface Engine {
  /**
   * Publishes data, which is written as JSON, to the subscribers of a channel.
   * @throws ProtocolError 102 for a namespace that isn't configured, 107 for an empty channel.
   */
  publish(channel: string, data: unknown, options?: PublishOptions): Promise<PublishResult>
  /** Publishes the same data to several channels; each has its own result or error, in order. */
  broadcast(
    channels: readonly string[],
    data: unknown,
    options?: PublishOptions,
  ): Promise<readonly (PublishResult | ProtocolError)[]>
  /** Ends the subscription of a user's connections to a channel, and tells them. */
  unsubscribe(target: ConnectionTarget, channel: string): Promise<void>
  /** Ends connections with a code, 3503 "force disconnect" unless said otherwise. */
  disconnect(target: ConnectionTarget, disconnect?: Disconnect): Promise<void>
  /** How many subscribe to each channel with a subscriber; `*` in the pattern stands for any text. */
  channels(pattern?: string): Promise<ReadonlyMap<string, number>>
  stats(): EngineStats
  /**
   * Takes the websocket upgrades of a server that belong to the engine. Others are left alone when
   * somebody else listens for them too, and answered with 404 when nobody does.
   */
  attach(server: Server): void
  /** The server API and what else the engine answers over HTTP; 404 for other paths. */
  fetch(request: Request): Promise<Response>
  /** Tells every client to come back (3001), and stops. The HTTP server is its owner's to close. */
  close(): Promise<void>
}

/** What an engine may be given besides its configuration. */
export interface EngineOptions {
  /** Where it logs; by default only warnings and errors are, to the standard output. */
  readonly log?: Logger
}

/**
 * Starts an engine from a configuration in Centrifugo's v6 layout; what is left out has Centrifugo's
 * default.
 * @throws ConfigError that names every mistake.
 */
export function createEngine(input: EngineConfigInput = {}, options: EngineOptions = {}): Engine {
  const config = readConfig(input)
  const node = assemble(config, options.log ?? pino({ level: "warn" }))
  const sessions = new Sessions(node)
  const api = new ServerApi(node, sessions)
  const websockets = new WebsocketTransport(node, sessions)
  const app = httpApp(node, api)
  const servers = new Map<Server, UpgradeListener>()
  return {
    publish: async (channel, data, publishOptions) =>
      api.publish(channel, toRawJson(data), publishOptions),
    broadcast: async (channels, data, publishOptions) =>
      api.broadcast(channels, toRawJson(data), publishOptions),
    unsubscribe: (target, channel) => api.unsubscribe(target, channel),
    disconnect: (target, disconnect) => api.disconnect(target, disconnect),
    channels: (pattern) => api.channels(pattern),
    stats: () => api.stats(),
    attach(server) {
      const listener: UpgradeListener = (request, socket, head) => {
        const path = (request.url ?? "").split("?", 1)[0] ?? ""
        if (websockets.handles(path)) websockets.upgrade(request, socket, head)
        else if (server.listenerCount("upgrade") === 1) refuse(socket, "404 Not Found")
      }
      server.on("upgrade", listener)
      servers.set(server, listener)
    },
    fetch: async (request) => app.fetch(request),
    async close() {
      for (const [server, listener] of servers) server.off("upgrade", listener)
      servers.clear()
      for (const session of [...sessions.open]) session.disconnect(disconnects.shutdown)
      node.wheel.close()
      await node.broker.close()
    },
  }
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

function assemble(config: EngineConfig, log: Logger): Node {
  const broker = new MemoryBroker()
  const hub = new Hub()
  return {
    config,
    log,
    broker,
    hub,
    channels: new ChannelCatalog(config),
    publisher: new Publisher(broker, hub, config.channel.history_meta_ttl),
    tokens: tokenVerifier(config.client.token.hmac_secret_key),
    queue: {
      flusher: new Flusher(config.client.write_delay),
      maxSize: config.client.queue_max_size,
    },
    wheel: new TimingWheel(),
  }
}

function httpApp({ config, log }: Node, api: ServerApi): Hono {
  const app = new Hono()
  const { http_api, health, node } = config
  if (health.enabled) app.get(health.handler_prefix, (context) => context.json({}))
  if (!http_api.disabled) {
    const name = node.name === "" ? hostname() : node.name
    const identity = { uid: randomUUID(), name, version: VERSION }
    app.route("/", httpApi(apiMethods(api, identity), http_api, log))
  }
  return app
}
