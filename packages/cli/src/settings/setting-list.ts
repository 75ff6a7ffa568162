import type { EmbeddedOptions, RemoteEngine, Secrets, SiteOptions } from "@instant-ws/server"
import type { kinds } from "./kinds.js"

/** One thing that can be set. */
export interface Setting {
  readonly kind: keyof typeof kinds
  /** The variable of the environment. */
  readonly variable: string
  /** The long flag of `instant start`, if it has one. */
  readonly flag?: string
}

/** What only a program can say. */
type ByProgram =
  | "authenticate"
  | "authenticateTimeout"
  | "channels"
  | "log"
  | "onChannelEmpty"
  | "onPresenceChange"

/** What a server can be told otherwise: each has a setting. */
type Settable =
  | Exclude<keyof SiteOptions, ByProgram>
  | Exclude<keyof EmbeddedOptions, "engine" | "secrets">
  | `engine.${keyof RemoteEngine}`
  | `secrets.${keyof Secrets}`

/**
 * All that can be set of a server, by the place in the file. What the other commands have to know too has no
 * flag, nor has a secret, which every user of a machine could read there.
 */
export const settingList = {
  database: { kind: "text", variable: "DATABASE_URL" },
  port: { kind: "port", variable: "PORT", flag: "--port" },
  address: { kind: "text", variable: "INSTANT_ADDRESS", flag: "--address" },
  site: { kind: "text", variable: "INSTANT_SITE", flag: "--site" },
  envelope: { kind: "envelope", variable: "INSTANT_ENVELOPE" },
  allowedOrigins: { kind: "list", variable: "INSTANT_ALLOWED_ORIGINS", flag: "--allowed-origin" },
  anonymousAccess: {
    kind: "yesOrNo",
    variable: "INSTANT_ANONYMOUS_ACCESS",
    flag: "--anonymous-access",
  },
  tokenLifetime: { kind: "number", variable: "INSTANT_TOKEN_LIFETIME", flag: "--token-lifetime" },
  websocketUrl: { kind: "text", variable: "INSTANT_WEBSOCKET_URL", flag: "--websocket-url" },
  logLevel: { kind: "logLevel", variable: "INSTANT_LOG_LEVEL", flag: "--log-level" },
  outbox: { kind: "delivery", variable: "INSTANT_OUTBOX", flag: "--outbox" },
  demo: { kind: "yesOrNo", variable: "INSTANT_DEMO", flag: "--demo" },
  "secrets.tokenKey": { kind: "text", variable: "INSTANT_TOKEN_KEY" },
  "secrets.apiKey": { kind: "text", variable: "INSTANT_API_KEY" },
  "engine.url": { kind: "text", variable: "INSTANT_ENGINE_URL" },
  "engine.apiKey": { kind: "text", variable: "INSTANT_ENGINE_API_KEY" },
  "engine.tokenSecret": { kind: "text", variable: "INSTANT_ENGINE_TOKEN_SECRET" },
  "engine.timeout": { kind: "number", variable: "INSTANT_ENGINE_TIMEOUT" },
  engineConfig: { kind: "object", variable: "INSTANT_ENGINE_CONFIG" },
} as const satisfies Record<string, Setting> & Record<Settable, Setting>

/** The name of a setting: its place in the file, with dots. */
export type SettingName = keyof typeof settingList

/** The names of all settings. */
export const settingNames = Object.keys(settingList).filter(isSettingName)

function isSettingName(name: string): name is SettingName {
  return name in settingList
}
