import type { EngineConfigInput } from "@instant-ws/engine"
import { MAKE_A_SECRET, weaknessesOf } from "@instant-ws/protocol"
import { z } from "zod"
import { declarationsSchema } from "./channels/declarations-schema.js"
import { dialectNamedBy } from "./database/database.js"
import {
  type InstantOptions,
  OptionsError,
  type RemoteEngine,
  type Secrets,
  type SiteOptions,
} from "./options.js"

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
