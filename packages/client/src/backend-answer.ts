import { InstantError } from "./instant-error.js"

/** Whom a channel is for, besides the members of its groups. */
export type Level = "public" | "users" | "groups" | "staff" | "superuser"

/** A channel that the user may see, with the token to subscribe to it. */
export interface Channel {
  readonly name: string
  readonly level: Level
  readonly token: string
}

/** What the backend hands to a user, as it names it. */
export interface Tokens {
  readonly csrf_token: string
  /** For the connection. */
  readonly ws_token: string
  readonly channels: readonly Channel[]
  /** Where the realtime server is, if the backend knows; else `""`. */
  readonly ws_url: string
}

/**
 * Reads the answer of `login/`, `get_token/` or `subscribe/`. The last one has the channels alone: the
 * rest is as `before`.
 * @throws InstantError of kind `backend` when it is something else.
 */
export function readTokens(answer: unknown, url: string, before?: Tokens): Tokens {
  const tokens = { ws_url: "", ...before, ...Object(answer) }
  if (isTokens(tokens)) return tokens
  const text = `${url} answered without tokens: is this the address of the backend?`
  throw new InstantError("backend", text, { code: 200 })
}

/** A level that this version doesn't know is passed on. */
const isTokens = (value: { readonly channels?: unknown }): value is Tokens =>
  hasTexts(value, "ws_token", "csrf_token", "ws_url") &&
  Object(value.channels).every?.((channel: unknown) => hasTexts(channel, "name", "level", "token"))

const hasTexts = (value: unknown, ...keys: readonly string[]) =>
  keys.every((key) => typeof Object(value)[key] === "string")
