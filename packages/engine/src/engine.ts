import type { Server } from "node:http"
import { hostname } from "node:os"
import { type Disconnect, type ProtocolError, toRawJson } from "@instant-ws/protocol"
import { Hono } from "hono"
import type { Logger } from "pino"
import {
  type ConnectionPage,
  type ConnectionsOptions,
  listConnections,
} from "./api/connection-list.js"
import type { ConnectionTarget, RefreshOptions, ServerSubscribeOptions } from "./api/connections.js"
import { ApiDispatch } from "./api/dispatch.js"
import { httpApi } from "./api/http-api.js"
import { apiMethods } from "./api/methods.js"
import {
  type EngineStats,
  type HistoryOptions,
  type InvalidateOptions,
  type PublishOptions,
  type PublishResult,
  ServerApi,
} from "./api/server-api.js"
import { assembleNode } from "./assemble-node.js"
import type { Hooks } from "./backend/hooks.js"
import type { StreamPart } from "./broker/broker.js"
import { readConfig } from "./config/config.js"
import type { EngineConfig, EngineConfigInput } from "./config/schema.js"
import { createLog } from "./log.js"
import { serveMetrics } from "./metrics/serve-metrics.js"
import { type Node, VERSION } from "./node.js"
import type { PresenceStats, PresentClient } from "./presence/presence.js"
import type { RequestEnvironment } from "./request-environment.js"
import { Sessions } from "./session/sessions.js"
import { shutdownOf } from "./shutdown.js"
import { addTotals } from "./totals.js"
import { Admission } from "./transport/admission.js"
import { emulation } from "./transport/emulation.js"
import { HttpStreams } from "./transport/http-streams.js"
import { OriginPolicy } from "./transport/origin.js"
import { UniWebsocketTransport } from "./transport/uni-websocket.js"
import { type UpgradeHandler, Upgrades } from "./transport/upgrades.js"
import { WebsocketTransport } from "./transport/websocket.js"

/** A realtime engine in this process. */
export interface Engine {
  /**
   * Resolves when the history that was kept can be used; what is asked before waits for it. Rejects with
   * a DiskError when its file can't be opened.
   */
  readonly ready: Promise<void>
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
  /**
   * Subscribes a user's connections to a channel, and tells them.
   * @throws ProtocolError 102 for a namespace that isn't configured, 100 when one is subscribed already.
   */
  subscribe(
    target: ConnectionTarget,
    channel: string,
    options?: EngineSubscribeOptions,
  ): Promise<void>
  /** Ends the subscription of a user's connections to a channel, and tells them. */
  unsubscribe(target: ConnectionTarget, channel: string): Promise<void>
  /** Ends connections with a code, 3503 "force disconnect" unless said otherwise. */
  disconnect(target: ConnectionTarget, disconnect?: Disconnect): Promise<void>
  /** Changes when a user's connections expire, and tells them. */
  refresh(target: ConnectionTarget, options: RefreshOptions): Promise<void>
  /**
   * Refuses tokens of a user from now on: those that were made before now, or before another time.
   * Connections stay, which {@link disconnect} ends.
   * @throws ProtocolError 107 without a user.
   */
  invalidate(user: string, options?: InvalidateOptions): Promise<void>
  /** Who is in a channel, by client id. @throws ProtocolError 108 where presence isn't kept. */
  presence(channel: string): Promise<ReadonlyMap<string, PresentClient>>
  /** How many are in a channel. @throws ProtocolError 108 where presence isn't kept. */
  presenceStats(channel: string): Promise<PresenceStats>
  /**
   * What a channel keeps, all of it unless said otherwise.
   * @throws ProtocolError 108 without history, 112 when `since` is of another epoch.
   */
  history(channel: string, options?: HistoryOptions): Promise<StreamPart>
  /** Forgets what a channel keeps; its position stays. @throws ProtocolError 108 without history. */
  removeHistory(channel: string): Promise<void>
  /** How many subscribe to each channel with a subscriber; `*` in the pattern stands for any text. */
  channels(pattern?: string): Promise<ReadonlyMap<string, number>>
  /**
   * Who is connected, the oldest connection first.
   * @throws ProtocolError 107 for a limit or a cursor that is none.
   */
  connections(options?: ConnectionsOptions): Promise<ConnectionPage>
  /** What the engine is doing now, and has done since it started. */
  stats(): EngineStats
  /**
   * Takes the websocket upgrades of a server that belong to the engine. Others are left alone when
   * somebody else listens for them too, and answered with 404 when nobody does.
   */
  attach(server: Server): void
  /**
   * The server API and what else the engine answers over HTTP; 404 for other paths.
   * @param environment What the HTTP server knows of the request: without it nobody can tell where the
   * clients of HTTP streams come from.
   */
  fetch(request: Request, environment?: RequestEnvironment): Promise<Response>
  /**
   * Tells every client to come back (3001), a crowd one after the other, and answers new ones with 503.
   * Resolves when all are gone, at the latest after `shutdown.timeout`, when those that are left are
   * cut. The HTTP server is its owner's to close.
   */
  close(): Promise<void>
}

/** How the server subscribes connections; info and data are written as JSON. */
export type EngineSubscribeOptions = Omit<ServerSubscribeOptions, "info" | "data"> & {
  readonly info?: unknown
  readonly data?: unknown
}

/** What an engine may be given besides its configuration. */
export interface EngineOptions {
  /** Where it logs, instead of where `log` in the configuration says. */
  readonly log?: Logger
  /** What this process decides about clients. */
  readonly hooks?: Hooks
  /**
   * Also admits the pages of the host that a request is for, whatever `client.allowed_origins` says.
   * @default false
   */
  readonly admitsOwnPages?: boolean
}

/**
 * Starts an engine from a configuration in Centrifugo's v6 layout; what is left out has Centrifugo's
 * default.
 * @throws ConfigError that names every mistake.
 */
export function createEngine(input: EngineConfigInput = {}, options: EngineOptions = {}): Engine {
  const config = readConfig(input)
  const { log = createLog(config.log), hooks = {}, admitsOwnPages = false } = options
  const node = assembleNode(config, { log, hooks })
  const sessions = new Sessions(node)
  const api = new ServerApi(node, sessions)
  const origins = new OriginPolicy(config.client.allowed_origins, admitsOwnPages)
  const admission = new Admission(node, sessions, origins)
  const upgrades = new Upgrades(admission, websockets(config, sessions), node.metrics)
  const app = httpApp(node, api)
  app.route("/", new HttpStreams(node, sessions, admission).routes())
  app.route("/", emulation(node, sessions, origins))
  if (node.metrics !== undefined) addTotals(node.metrics, node, { sessions, admission })
  return {
    ready: node.broker.ready,
    publish: async (channel, data, publishOptions) =>
      api.publish(channel, toRawJson(data), publishOptions),
    broadcast: async (channels, data, publishOptions) =>
      api.broadcast(channels, toRawJson(data), publishOptions),
    subscribe: (target, channel, { info, data, ...subscribeOptions } = {}) =>
      api.connections.subscribe(target, channel, {
        ...subscribeOptions,
        info: info === undefined ? undefined : toRawJson(info),
        data: data === undefined ? undefined : toRawJson(data),
      }),
    unsubscribe: (target, channel) => api.connections.unsubscribe(target, channel),
    disconnect: (target, disconnect) => api.connections.disconnect(target, disconnect),
    refresh: (target, refreshOptions) => api.connections.refresh(target, refreshOptions),
    invalidate: (user, invalidateOptions) => api.invalidate(user, invalidateOptions),
    presence: (channel) => api.presence(channel),
    presenceStats: (channel) => api.presenceStats(channel),
    history: (channel, historyOptions = { limit: -1 }) => api.history(channel, historyOptions),
    removeHistory: (channel) => api.removeHistory(channel),
    channels: (pattern) => api.channels(pattern),
    connections: async (listOptions = {}) => listConnections(sessions, listOptions),
    stats: () => api.stats(),
    attach: (server) => upgrades.attach(server),
    fetch: async (request, environment = {}) =>
      admission.isClosed && !isOfSomebodyInside(request, config, sessions)
        ? unavailable()
        : app.fetch(request, environment),
    close: shutdownOf({ node, sessions, admission, upgrades }),
  }
}

/** The kinds of websockets that the configuration enables, by path. */
function websockets(
  { websocket, uni_websocket }: EngineConfig,
  sessions: Sessions,
): ReadonlyMap<string, UpgradeHandler> {
  const handlers = new Map<string, UpgradeHandler>()
  if (!websocket.disabled) {
    const { handler_prefix, message_size_limit } = websocket
    handlers.set(handler_prefix, new WebsocketTransport(sessions, message_size_limit, websocket))
  }
  if (uni_websocket.enabled) {
    handlers.set(uni_websocket.handler_prefix, new UniWebsocketTransport(sessions, uni_websocket))
  }
  return handlers
}

function httpApp({ uid, config, log, metrics }: Node, api: ServerApi): Hono {
  const app = new Hono()
  const { http_api, health, node, prometheus, websocket, uni_websocket } = config
  if (metrics !== undefined) serveMetrics(app, metrics, prometheus)
  for (const { handler_prefix } of [websocket, uni_websocket]) {
    app.get(handler_prefix, (context) => context.text("Bad Request\n", 400))
  }
  app.notFound((context) => context.text("404 page not found\n", 404))
  app.onError((err, context) => {
    // Who has gone in the middle of a request hears no answer, and nobody need hear of it.
    const isAborted = "code" in err && err.code === "ECONNRESET"
    log[isAborted ? "debug" : "error"]({ err, path: context.req.path }, "a request failed")
    return context.text("Internal Server Error\n", 500)
  })
  if (health.enabled) app.get(health.handler_prefix, (context) => context.json({}))
  if (!http_api.disabled) {
    const name = node.name === "" ? hostname() : node.name
    const identity = { uid, name, version: VERSION, startedAt: Date.now() }
    const failed = (err: unknown) => log.error({ err }, "an API call failed")
    const dispatch = new ApiDispatch(apiMethods(api, identity), failed, metrics)
    app.route("/", httpApi(dispatch, http_api))
  }
  return app
}

/** Whether a request brings commands of a session: who isn't told to leave yet is served as ever. */
function isOfSomebodyInside(
  { url }: Request,
  { emulation }: EngineConfig,
  { open }: Sessions,
): boolean {
  return open.size > 0 && new URL(url).pathname === emulation.handler_prefix
}

/** What is answered once the engine is closing. */
function unavailable(): Response {
  return new Response("Service Unavailable\n", { status: 503 })
}
