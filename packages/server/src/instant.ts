import type { Server } from "node:http"
import type { Engine } from "@instant-ws/engine"
import type { GroupStore } from "./accounts/group-store.js"
import type { SignInListener } from "./accounts/sign-in-events.js"
import type { InstantUser } from "./accounts/user.js"
import type { UserStore } from "./accounts/user-store.js"
import type { ChannelStore } from "./channels/channel-store.js"
import type { EventDeclaration } from "./channels/declaration.js"
import type { Database } from "./database/database.js"
import type { History, HistoryRequest, Member } from "./engine/engine-link.js"
import type { RequestEnvironment } from "./http/endpoint.js"
import type { Outbox } from "./outbox/outbox.js"
import type {
  Broadcast,
  ChannelEvent,
  DeclaredOptions,
  Delivery,
  Outcome,
  Published,
  PublishOptions,
} from "./publish/event-options.js"

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
