import type { EngineConfigInput } from "@instant-ws/engine"
import { MAKE_A_SECRET, weaknessesOf } from "@instant-ws/protocol"
import type { Logger } from "pino"
import { z } from "zod"
import type { InstantUser } from "./accounts/user.js"
import { dialectNamedBy } from "./database/database.js"

/** The keys that an installation keeps to itself. In production each has at least 32 characters. */
export interface Secrets {
  /** Signs the tokens that clients connect and subscribe with. */
  readonly tokenKey: string
  /** Opens the engine's HTTP API. */
  readonly apiKey: string
}

/** How an installation is set up. */
export interface InstantOptions {
  /**
   * Path of a SQLite file, which is made when it is absent, or the URL of a PostgreSQL database as
   * `postgres://user:password@host:5432/name`.
   */
  readonly database: string
  readonly secrets: Secrets
  /** The site's name in the envelope of every event. @default "Site" */
  readonly site?: string | undefined
  /** How long tokens are good for, in seconds. Clients refresh them by themselves. @default 600 */
  readonly tokenLifetime?: number | undefined
  /**
   * Other origins whose pages may sign in and connect, as `https://app.example.com`. Pages of the same
   * host need no entry. @default []
   */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Whether visitors who are not signed in get the public channels. @default false */
  readonly anonymousAccess?: boolean | undefined
  /** Where clients open their socket, as `wss://host`; told to them by get_token when it is set. */
  readonly websocketUrl?: string | undefined
  /**
   * Tells who sent a request, from the site's own sessions; null is nobody. It stands in for the
   * built-in accounts: the site signs in and out by itself. What it throws is answered with status 500.
   */
  readonly authenticate?:
    | ((request: Request) => Promise<InstantUser | null> | InstantUser | null)
    | undefined
  /** Parts of the engine's configuration, in Centrifugo's v6 layout, laid over ours. */
  readonly engine?: EngineConfigInput | undefined
  /** Where the server reports what goes wrong. @default nowhere */
  readonly log?: Logger | undefined
}

/** The options cannot be used; the message names every mistake. */
export class OptionsError extends Error {
  override readonly name = "OptionsError"
}

function secret(isProduction: boolean) {
  const key = z.string().min(1, `is missing: make one with: ${MAKE_A_SECRET}`)
  if (!isProduction) return key
  return key.superRefine((value, context) => {
    for (const message of weaknessesOf(value)) context.addIssue({ code: "custom", message })
  })
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

function optionsSchema(isProduction: boolean) {
  return z.object({
    database: z
      .string()
      .min(1)
      .refine(
        (database) => dialectNamedBy(database) !== undefined,
        'must be the path of a SQLite file, or a URL as "postgres://user:password@host:5432/name"',
      ),
    secrets: z.object({ tokenKey: secret(isProduction), apiKey: secret(isProduction) }),
    site: z.string().default("Site"),
    tokenLifetime: z.int().min(1).default(600),
    allowedOrigins: z
      .array(z.string().refine(isOrigin, 'must be an origin as "https://app.example.com"'))
      .default([]),
    anonymousAccess: z.boolean().default(false),
    websocketUrl: z
      .url({ protocol: /^wss?$/, error: "must begin with ws:// or wss://" })
      .optional(),
  })
}

/** The options, checked, with their defaults. */
export type Settings = z.output<ReturnType<typeof optionsSchema>> &
  Pick<InstantOptions, "authenticate" | "engine" | "log">

/** Checks the options and fills in the defaults. @throws OptionsError that names every mistake. */
export function readOptions(options: InstantOptions): Settings {
  const isProduction = process.env.NODE_ENV === "production"
  const { success, data, error } = optionsSchema(isProduction).safeParse(options)
  if (success) {
    const { authenticate, engine, log } = options
    return { ...data, authenticate, engine, log }
  }
  const mistakes = error.issues.map(({ path, message }) => `${z.core.toDotPath(path)} ${message}`)
  throw new OptionsError(`Instant's options are wrong: ${mistakes.join("; ")}`)
}
