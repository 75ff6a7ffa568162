import type { EngineConfigInput, RequestEnvironment } from "@instant-ws/engine"
import type { Logger } from "pino"
import type { InstantUser } from "./accounts/user.js"
import type { ChannelDeclaration } from "./channels/declaration.js"
import type { PresenceChange } from "./presence/presence-change.js"

/** The keys that an installation keeps to itself. In production each has at least 32 characters. */
export interface Secrets {
  /** Signs the tokens that clients connect and subscribe with. */
  readonly tokenKey: string
  /** Opens the engine's HTTP API. */
  readonly apiKey: string
}

/** An engine that runs elsewhere: `instant serve`, or Centrifugo v6. */
export interface RemoteEngine {
  /** Where its HTTP API is, as `http://127.0.0.1:8427`, without `/api`. */
  readonly url: string
  /** Its `http_api.key`. */
  readonly apiKey: string
  /** Its `client.token.hmac_secret_key`: signs the tokens that clients connect and subscribe with. */
  readonly tokenSecret: string
  /** How long it may take to answer, in milliseconds. @default 10000 */
  readonly timeout?: number | undefined
}

/** How an installation is set up, with its engine in this process or elsewhere. */
export type InstantOptions = SiteOptions & (EmbeddedOptions | RemoteOptions)

/** With the engine in this process. */
export interface EmbeddedOptions {
  /** @default "embedded" */
  readonly engine?: "embedded" | undefined
  readonly secrets: Secrets
  /**
   * Parts of the engine's configuration, in Centrifugo's v6 layout, laid over ours. Without a `broker`, history is
   * kept in a file beside a SQLite database whose outbox this process delivers, as `instant.sqlite-history`; else
   * in memory.
   */
  readonly engineConfig?: EngineConfigInput | undefined
}

/** With an engine elsewhere, which has a configuration and secrets of its own. */
export interface RemoteOptions {
  readonly engine: RemoteEngine
  /** Not used: the engine's own are in `engine`. */
  readonly secrets?: Secrets | undefined
  /** Not used: the engine has a file of its own. */
  readonly engineConfig?: EngineConfigInput | undefined
}

/** How the site itself is set up, wherever its engine runs. */
export interface SiteOptions {
  /**
   * Path of a SQLite file, which is made when it is absent, or the URL of a PostgreSQL database as
   * `postgres://user:password@host:5432/name`.
   */
  readonly database: string
  /** The site's name in the envelope of every event. @default "Site" */
  readonly site?: string | undefined
  /**
   * What clients get: the envelope of an event as JSON, or as a text of JSON, as pages with a `djangoinstant` from
   * before 0.6 want it. @default "object"
   */
  readonly envelope?: "object" | "string" | undefined
  /** How long tokens are good for, in seconds. Clients refresh them by themselves. @default 600 */
  readonly tokenLifetime?: number | undefined
  /**
   * Other origins whose pages may sign in and connect, as `https://app.example.com`. Pages of the same
   * host need no entry. @default []
   */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Whether visitors who are not signed in get the public channels. @default false */
  readonly anonymousAccess?: boolean | undefined
  /**
   * Where clients open their socket, as `wss://host`; told to them by get_token when it is set.
   * @default the host of an engine elsewhere
   */
  readonly websocketUrl?: string | undefined
  /**
   * Tells who sent a request, from the site's own sessions; null is nobody. It stands in for the
   * built-in accounts: the site signs in and out by itself. What it throws, or answers that is no user, is
   * logged and answered with status 500.
   */
  readonly authenticate?: Authenticate | undefined
  /**
   * How long `authenticate` may take, in milliseconds; then the request is answered with status 503, and the log
   * says so. @default 10000
   */
  readonly authenticateTimeout?: number | undefined
  /**
   * Hears who came into a channel and who left it, soon after it and several at a time. Only of an engine in
   * this process.
   */
  readonly onPresenceChange?: ((channel: string, change: PresenceChange) => void) | undefined
  /** Hears that nobody is in a channel any more. Only of an engine in this process. */
  readonly onChannelEmpty?: ((channel: string) => void) | undefined
  /**
   * Channels that the site's code declares, with what their events are like: they are made at the
   * start, or set to the level and groups that they are declared with. @default []
   */
  readonly channels?: readonly ChannelDeclaration[] | undefined
  /**
   * Whether this process delivers what is in the outbox, its own and others'. With "off" others have to.
   * @default "dispatch"
   */
  readonly outbox?: "dispatch" | "off" | undefined
  /**
   * Where the server and an engine in its process log.
   * @default as `engineConfig.log` says: lines of JSON on the standard output
   */
  readonly log?: Logger | undefined
}

/** One thing that is wrong in the options. */
export interface OptionMistake {
  /** Where, as `allowedOrigins[0]`. */
  readonly path: string
  /** What is wrong there, and what to do: what follows upon the path. */
  readonly message: string
}

/**
 * Tells who sent a request; null is nobody.
 * @param environment What is known of the request besides, from which the adapters give the framework's own
 * request: `expressRequest(environment).session`.
 */
export type Authenticate = (
  request: Request,
  environment: RequestEnvironment,
) => Promise<InstantUser | null> | InstantUser | null

/** The options cannot be used; the message names every mistake. */
export class OptionsError extends Error {
  override readonly name = "OptionsError"
  readonly mistakes: readonly OptionMistake[]

  constructor(mistakes: readonly OptionMistake[]) {
    const words = mistakes.map(({ path, message }) => `${path} ${message}`)
    super(`Instant's options are wrong: ${words.join("; ")}`)
    this.mistakes = mistakes
  }
}
