import type { Server } from "node:http"
import { createEngine, createLog, type Engine, readConfig } from "@instant-ws/engine"
import type { GroupStore } from "./accounts/group-store.js"
import { SignInEvents, type SignInListener } from "./accounts/sign-in-events.js"
import type { InstantUser } from "./accounts/user.js"
import type { UserStore } from "./accounts/user-store.js"
import type { ChannelStore } from "./channels/channel-store.js"
import type { EventDeclaration } from "./channels/declaration.js"
import { declareChannels } from "./channels/declare-channels.js"
import { connect } from "./database/connect.js"
import type { Database } from "./database/database.js"
import { embeddedEngine } from "./engine/embedded-engine.js"
import { engineConfig } from "./engine/engine-config.js"
import type { EngineLink, History, HistoryRequest, Member } from "./engine/engine-link.js"
import { remoteEngine } from "./engine/remote-engine.js"
import { textEnvelopes } from "./engine/text-envelopes.js"
import { httpApp } from "./http/app.js"
import type { RequestEnvironment } from "./http/endpoint.js"
import { visitorOf } from "./http/visitor.js"
import { measuredEngine } from "./operation/measured-engine.js"
import { PublishTimes } from "./operation/publish-times.js"
import { ReadinessCheck } from "./operation/readiness.js"
import { Shutdown } from "./operation/shutdown.js"
import { Statistics } from "./operation/statistics.js"
import { Underway } from "./operation/underway.js"
import {
  type EmbeddedOptions,
  type InstantOptions,
  readOptions,
  type Settings,
  type SiteOptions,
} from "./options.js"
import { Dispatcher } from "./outbox/dispatcher.js"
import type { Outbox } from "./outbox/outbox.js"
import { presenceHooks } from "./presence/presence-hooks.js"
import { ChannelNames } from "./publish/channel-names.js"
import type {
  Broadcast,
  ChannelEvent,
  DeclaredOptions,
  Delivery,
  Outcome,
  Published,
  PublishOptions,
} from "./publish/event-options.js"
import { Publisher } from "./publish/publisher.js"
import { Enforcer } from "./revocation/enforcer.js"
import type { Revocation } from "./revocation/revocation.js"
import { TakenTokens } from "./revocation/taken-tokens.js"
import { type Store, storeOf } from "./store.js"
import { TokenSigner } from "./tokens.js"

/** Instant in this process: the engine, the endpoints, and what an installation keeps. */
export interface Instant {
  /**
   * Answers the endpoints under `/instant/` and what the engine answers over HTTP; 404 for the rest.
   * `environment` is what `@hono/node-server` passes: it tells from where attempts to sign in come.
   */
  fetch(request: Request, environment?: RequestEnvironment): Promise<Response>
  /**
   * Takes the engine's websocket upgrades of a server, and leaves it the others; all of them when the engine
   * is elsewhere.
   */
  attach(server: Server): void
  /**
   * Publishes an event to a channel; `lobby` is `$lobby` when that is the channel there is. The
   * message may be any JSON, and undefined when there is data. With `durable` or `schedule` it is put
   * into the outbox, in the caller's own transaction if there is one.
   * @throws TypeError when there is neither message nor data, or something that can't be JSON, and when its class or
   * its bucket is no text.
   * @throws EventError when the channel is declared, and the event is not as declared.
   * @throws ProtocolError 102 for a namespace that the engine doesn't have, 107 for an empty name.
   */
  publish(channel: string, message?: unknown, options?: PublishOptions): Promise<Published>
  /** Publishes an event to a channel that is declared, with data of the type that its schema takes. */
  publish<Declaration extends EventDeclaration>(
    channel: Declaration,
    message: unknown,
    options: DeclaredOptions<Declaration>,
  ): Promise<Published>
  /**
   * Publishes events in their order. Each has its outcome, at its place: an error stops no others. Into
   * the outbox go all or none.
   * @throws EngineError when an engine elsewhere can't be asked; some may have been published then.
   * @throws the first error, where all or none go into the outbox.
   */
  publishMany(events: readonly ChannelEvent[], delivery?: Delivery): Promise<readonly Outcome[]>
  /**
   * Publishes an event to all connections of one user, known by id; clients see it on the channel `@me`.
   * @throws TypeError when there is neither message nor data.
   */
  publishTo(
    user: string | InstantUser,
    message?: unknown,
    options?: PublishOptions,
  ): Promise<Published>
  /**
   * Publishes an event to everyone (the channel `public`), or to all users, staff or superusers.
   * @throws TypeError when there is neither message nor data, or no such target.
   */
  broadcast(event: Broadcast): Promise<Published>
  /** What is accepted and not delivered: to watch, to try again, to discard. */
  readonly outbox: Outbox
  /**
   * The way to Instant's database by Kysely, for transactions that events are accepted with. The site's
   * own tables in it are named by `withTables`. SQLite has one connection, which a transaction has for itself: within one
   * nothing else of Instant is to be awaited than what takes the transaction.
   */
  readonly database: Database
  /** The channels, with their levels. */
  readonly channels: ChannelStore
  /** The built-in accounts. */
  readonly users: UserStore
  /** The groups that users and channels share. */
  readonly groups: GroupStore
  /** The engine in this process, for what this interface leaves out; undefined when it is elsewhere. */
  readonly engine: Engine | undefined
  /** Who is in a channel; its name with or without its `$`. @throws ProtocolError 108 where that isn't kept. */
  presence(channel: string): Promise<readonly Member[]>
  /**
   * What a channel keeps, the oldest first unless it is asked otherwise.
   * @throws ProtocolError 108 without history, 112 when `since` is of another epoch.
   */
  history(channel: string, request?: HistoryRequest): Promise<History>
  /**
   * Takes a user's access away now, on every server of this database: ends their connections and refuses the
   * tokens that they have. With a channel only what they have of that. Who may still sign in or see the channel
   * gets new tokens: for a site's own users, change what `authenticate` answers first.
   */
  revoke(user: string | InstantUser, channel?: string): Promise<void>
  /**
   * Who sends a request: by the session of the built-in accounts, or as `authenticate` says, to which the
   * environment is handed on.
   */
  userOf(request: Request, environment?: RequestEnvironment): Promise<InstantUser | null>
  /** Hears of everyone who signs in with the built-in accounts; the answer ends it. */
  onSignIn(listener: SignInListener): () => void
  /**
   * Ends it, in this order: new requests are answered with 503, those under way are finished, the outbox is left
   * as it is, clients are told to come back later, a crowd one after the other, and the database is closed.
   * Called again, it answers as at the first time. The HTTP server is its owner's to close.
   */
  close(): Promise<void>
}

/** Instant with its engine in this process. */
export interface EmbeddedInstant extends Instant {
  readonly engine: Engine
}

/**
 * Starts Instant. Serve `fetch` over HTTP and `attach` it to the same server.
 * @throws OptionsError that names every mistake, also a missing or short secret in production.
 * @throws DatabaseError when the database is damaged, read-only, locked or out of reach, or refuses its user.
 * @throws ConfigError when the engine refuses its configuration, DiskError when its history is out of reach, Error when
 * its log can't be opened.
 */
export async function createInstant(
  options: SiteOptions & EmbeddedOptions,
): Promise<EmbeddedInstant>
/** Starts Instant with the engine of the options, in this process or elsewhere. */
export async function createInstant(options: InstantOptions): Promise<Instant>
export async function createInstant(options: InstantOptions): Promise<Instant> {
  const settings = withLog(readOptions(options))
  const db = await connect(settings.database)
  try {
    const store = storeOf(db)
    await declareChannels(store.channels, settings.channels)
    return await assemble(settings, { db, store, engine: await openEngine(settings) })
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** Without a log of the site's own, what goes wrong is told where the engine logs. */
function withLog(settings: Settings): Settings {
  if (settings.log !== undefined) return settings
  const { log = {} } = "config" in settings.engine ? settings.engine.config : {}
  return { ...settings, log: createLog(readConfig({ log }).log) }
}

async function openEngine(settings: Settings): Promise<EngineLink> {
  const engine = linkTo(settings)
  try {
    await engine.ready
    return engine
  } catch (error) {
    await engine.close()
    throw error
  }
}

function linkTo(settings: Settings): EngineLink {
  const { engine, allowedOrigins, tokenLifetime, log } = settings
  if ("url" in engine) return remoteEngine(engine, tokenLifetime)
  const taken = new TakenTokens(tokenLifetime)
  const hooks = { ...presenceHooks(settings), isTakenBack: taken.has }
  const config = engineConfig(engine, allowedOrigins)
  const options = { admitsOwnPages: true, hooks, ...(log && { log }) }
  return embeddedEngine(createEngine(config, options), taken)
}

interface Parts {
  readonly db: Database
  readonly store: Store
  readonly engine: EngineLink
}

async function assemble(settings: Settings, { db, store, engine: link }: Parts): Promise<Instant> {
  const { tokenKey, tokenLifetime, log } = settings
  const times = new PublishTimes()
  const engine = measuredEngine(settings.envelope === "string" ? textEnvelopes(link) : link, times)
  const statistics = new Statistics(engine, times)
  const names = new ChannelNames(store.channels)
  const { outboxWriter: outbox } = store
  const publisher = new Publisher({ engine, names, outbox, settings })
  const dispatcher = settings.outbox === "off" ? undefined : new Dispatcher({ db, engine, log })
  outbox.onAdd((moment) => dispatcher?.wake(moment))
  const signIns = new SignInEvents()
  signIns.on(() => statistics.signedIn())
  const enforcer = new Enforcer({ settings, store, engine })
  const underway = new Underway()
  const shutdown = new Shutdown({ underway, enforcer, dispatcher, engine, statistics, store, log })
  const app = httpApp({
    settings,
    store,
    tokens: new TokenSigner(tokenKey, tokenLifetime),
    engine,
    signIns,
    publisher,
    statistics,
    readiness: new ReadinessCheck({ store, engine, dispatches: dispatcher !== undefined }),
    shutdown,
  })
  const answer = async (request: Request, environment: RequestEnvironment = {}) =>
    app.fetch(request, environment)
  try {
    await enforcer.start()
  } catch (error) {
    await shutdown.run()
    throw error
  }
  return {
    // Who is refused is not waited for.
    fetch: (request, environment) =>
      shutdown.hasBegun
        ? answer(request, environment)
        : underway.run(() => answer(request, environment)),
    ...publishing(publisher, underway),
    attach: (server) => engine.embedded?.attach(server),
    presence: async (channel) => engine.presence(await names.resolve(channel)),
    history: async (channel, request) => engine.history(await names.resolve(channel), request),
    revoke: async (user, channel) => {
      const id = typeof user === "string" ? user : user.id
      const name = channel === undefined ? undefined : await names.resolve(channel)
      await store.revocations.add([revocationOf(id, name)])
    },
    outbox: store.outbox,
    database: db,
    channels: store.channels,
    users: store.users,
    groups: store.groups,
    engine: engine.embedded,
    userOf: (request, environment = {}) => visitorOf({ settings, store }, request, environment),
    onSignIn: (listener) => signIns.on(listener),
    close: () => shutdown.run(),
  }
}

type Publishing = Pick<Instant, "publish" | "publishMany" | "publishTo" | "broadcast">

/** What publishes, and is waited for at the end. */
function publishing(publisher: Publisher, underway: Underway): Publishing {
  return {
    publish: (channel: string | EventDeclaration, message?: unknown, event?: PublishOptions) =>
      underway.run(() => publisher.publish(channel, message, event)),
    publishMany: (events, delivery) => underway.run(() => publisher.publishMany(events, delivery)),
    publishTo: (user, message, event) =>
      underway.run(() => publisher.publishTo(user, message, event)),
    broadcast: (event) => underway.run(() => publisher.broadcast(event)),
  }
}

function revocationOf(user: string, channel: string | undefined): Revocation {
  return channel === undefined ? { kind: "user", user } : { kind: "member", user, channel }
}
