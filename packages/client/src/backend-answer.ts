import { InstantError } from "./instant-error.js"

/** Whom a channel is for, besides the members of its groups. */
export type Level = "public" | "users" | "groups" | "staff" | "superuser"

/** A channel that the user may see, with the token to subscribe to it. */
export interface Channel {
  readonly name: string
  readonly level: Level
  readonly token: string
}

/** What the backend hands to a user. */
export interface Tokens {
  readonly csrfToken: string
  readonly connectionToken: string
  readonly channels: readonly Channel[]
  /** Where the realtime server is, if the backend knows; else `""`. */
  readonly websocketUrl: string
}

/**
 * Reads the answer of `login/` and `get_token/`.
 * @throws InstantError of kind `backend` when it is something else.
 */
export function readTokens(answer: unknown, url: string): Tokens {
  const fields = fieldsOf(answer)
  const channels = readChannels(answer, url)
  const { ws_token: connectionToken, csrf_token: csrfToken, ws_url: websocketUrl = "" } = fields
  if (isText(connectionToken) && isText(csrfToken) && isText(websocketUrl)) {
    return { csrfToken, connectionToken, channels, websocketUrl }
  }
  throw unreadable(url)
}

/** Reads the list of channels in an answer. @throws as {@link readTokens}. */
export function readChannels(answer: unknown, url: string): readonly Channel[] {
  const { channels } = fieldsOf(answer)
  if (Array.isArray(channels) && channels.every(isChannel)) return channels
  throw unreadable(url)
}

/** What is in an object; nothing in anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return { ...Object(value) }
}

/** A level that this version doesn't know is passed on. */
function isChannel(value: unknown): value is Channel {
  const { name, level, token } = fieldsOf(value)
  return isText(name) && isText(level) && isText(token)
}

function isText(value: unknown): value is string {
  return typeof value === "string"
}

function unreadable(url: string): InstantError {
  const text = `${url} did not answer with tokens: is this the address of the backend?`
  return new InstantError("backend", text, { code: 200 })
}
