import { createEngine, createLog, readConfig } from "@instant-ws/engine"
import { SignInEvents } from "./accounts/sign-in-events.js"
import type { EventDeclaration } from "./channels/declaration.js"
import { declareChannels } from "./channels/declare-channels.js"
import { connect } from "./database/connect.js"
import type { Database } from "./database/database.js"
import { embeddedEngine } from "./engine/embedded-engine.js"
import { engineConfig } from "./engine/engine-config.js"
import type { EngineLink } from "./engine/engine-link.js"
import { remoteEngine } from "./engine/remote-engine.js"
import { textEnvelopes } from "./engine/text-envelopes.js"
import { httpApp } from "./http/app.js"
import type { RequestEnvironment } from "./http/endpoint.js"
import { visitorOf } from "./http/visitor.js"
import type { EmbeddedInstant, Instant } from "./instant.js"
import { measuredEngine } from "./operation/measured-engine.js"
import { PublishTimes } from "./operation/publish-times.js"
import { ReadinessCheck } from "./operation/readiness.js"
import { Shutdown } from "./operation/shutdown.js"
import { Statistics } from "./operation/statistics.js"
import { Underway } from "./operation/underway.js"
import type { EmbeddedOptions, InstantOptions, SiteOptions } from "./options.js"
import { Dispatcher } from "./outbox/dispatcher.js"
import { presenceHooks } from "./presence/presence-hooks.js"
import { ChannelNames } from "./publish/channel-names.js"
import type { PublishOptions } from "./publish/event-options.js"
import { Publisher } from "./publish/publisher.js"
import { Enforcer } from "./revocation/enforcer.js"
import type { Revocation } from "./revocation/revocation.js"
import { TakenTokens } from "./revocation/taken-tokens.js"
import { readOptions, type Settings } from "./settings.js"
import { type Store, storeOf } from "./store.js"
import { TokenSigner } from "./tokens.js"

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
