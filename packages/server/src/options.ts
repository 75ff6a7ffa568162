import type { EngineConfigInput, RequestEnvironment } from "@instant-ws/engine"
import { MAKE_A_SECRET, weaknessesOf } from "@instant-ws/protocol"
import type { Logger } from "pino"
import { z } from "zod"
import type { InstantUser } from "./accounts/user.js"
import type { ChannelDeclaration } from "./channels/declaration.js"
import { declarationsSchema } from "./channels/declarations-schema.js"
import { dialectNamedBy } from "./database/database.js"
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

function secret(isProduction: boolean) {
  const key = z.string().min(1, `is missing: make one with: ${MAKE_A_SECRET}`)
  if (!isProduction) return key
  return key.superRefine((value, context) => {
    for (const message of weaknessesOf(value)) context.addIssue({ code: "custom", message })
  })
}

/** Node's timers take no longer ones, in milliseconds. */
const MAX_TIMEOUT = 2 ** 31 - 1

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

const timeout = z.int().min(1).max(MAX_TIMEOUT)

const siteSchema = z.object({
  database: z
    .string()
    .min(1)
    .refine(
      (database) => dialectNamedBy(database) !== undefined,
      'must be the path of a SQLite file, or a URL as "postgres://user:password@host:5432/name"',
    ),
  site: z.string().default("Site"),
  envelope: z.enum(["object", "string"], 'must be "object" or "string"').default("object"),
  tokenLifetime: z.int().min(1).default(600),
  allowedOrigins: z
    .array(z.string().refine(isOrigin, 'must be an origin as "https://app.example.com"'))
    .default([]),
  anonymousAccess: z.boolean().default(false),
  authenticateTimeout: timeout.default(10_000),
  websocketUrl: z.url({ protocol: /^wss?$/, error: "must begin with ws:// or wss://" }).optional(),
  channels: declarationsSchema.default([]),
  outbox: z.enum(["dispatch", "off"], 'must be "dispatch" or "off"').default("dispatch"),
})

function schemas(isProduction: boolean) {
  const key = secret(isProduction)
  const url = z.url({ protocol: /^https?$/, error: "must begin with http:// or https://" })
  return {
    embedded: siteSchema.extend({
      engine: z
        .literal("embedded", 'must be "embedded" or { url, apiKey, tokenSecret }')
        .optional(),
      secrets: z.object({ tokenKey: key, apiKey: key }),
    }),
    remote: siteSchema.extend({
      engine: z.object({ url, apiKey: key, tokenSecret: key, timeout: timeout.optional() }),
    }),
  }
}

/** An engine in this process. */
export interface EmbeddedEngine {
  readonly secrets: Secrets
  readonly config: EngineConfigInput
  /** The file in which its broker keeps history, unless the configuration has a broker; undefined for none. */
  readonly history?: string | undefined
}

/** What of the options is called. */
type Hooks = Pick<SiteOptions, "authenticate" | "onPresenceChange" | "onChannelEmpty" | "log">

/** The options, checked, with their defaults. */
export type Settings = z.output<typeof siteSchema> &
  Hooks & {
    readonly engine: EmbeddedEngine | RemoteEngine
    /** Signs tokens. */
    readonly tokenKey: string
  }

/** Checks the options and fills in the defaults. @throws OptionsError that names every mistake. */
export function readOptions(options: InstantOptions): Settings {
  const { embedded, remote } = schemas(process.env.NODE_ENV === "production")
  const { authenticate, onPresenceChange, onChannelEmpty, log } = options
  const hooks: Hooks = { authenticate, onPresenceChange, onChannelEmpty, log }
  if (typeof options.engine === "object") {
    refuseDeafHooks(hooks)
    const site = checked(remote, options)
    const { engine } = site
    const websocketUrl = site.websocketUrl ?? websocketsOf(engine.url)
    return { ...site, ...hooks, websocketUrl, tokenKey: engine.tokenSecret }
  }
  const { secrets, ...site } = checked(embedded, options)
  const engine = { secrets, config: options.engineConfig ?? {}, history: historyOf(site) }
  return { ...site, ...hooks, engine, tokenKey: secrets.tokenKey }
}

/**
 * What delivers the outbox of a SQLite file has its history beside it: a process that is killed and started again
 * then sends nothing twice, and clients get what they missed.
 */
function historyOf({
  database,
  outbox,
}: Pick<Settings, "database" | "outbox">): string | undefined {
  const isFile = dialectNamedBy(database) === "sqlite" && database !== ":memory:"
  return isFile && outbox === "dispatch" ? `${database}-history` : undefined
}

/** @throws OptionsError for hooks that an engine elsewhere never calls. */
function refuseDeafHooks({ onPresenceChange, onChannelEmpty }: Hooks): void {
  const deaf = Object.entries({ onPresenceChange, onChannelEmpty }).filter(([, hook]) => hook)
  if (deaf.length === 0) return
  const message =
    "hears only of an engine in this process: leave it out, or take the embedded engine"
  throw new OptionsError(deaf.map(([path]) => ({ path, message })))
}

function checked<T>(schema: z.ZodType<T>, options: InstantOptions): T {
  const { success, data, error } = schema.safeParse(options)
  if (success) return data
  throw new OptionsError(
    error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path), message })),
  )
}

/** Where the clients of an engine connect, which may be reached otherwise than by the server. */
function websocketsOf(url: string): string {
  const { origin } = new URL(url)
  return origin.replace(/^http/, "ws")
}
