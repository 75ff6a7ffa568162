import { fieldsOf } from "./fields-of.js"
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
 * Reads the answer of `login/`, `get_token/` or `subscribe/`. The last one has the channels alone: the
 * rest is as `before`.
 * @throws InstantError of kind `backend` when it is something else.
 */
export function readTokens(answer: unknown, url: string, before?: Tokens): Tokens {
  const {
    ws_token: connectionToken = before?.connectionToken,
    csrf_token: csrfToken = before?.csrfToken,
    ws_url: websocketUrl = before?.websocketUrl ?? "",
    channels,
  } = fieldsOf(answer)
  if (
    isText(connectionToken) &&
    isText(csrfToken) &&
    isText(websocketUrl) &&
    Array.isArray(channels) &&
    channels.every(isChannel)
  ) {
    return { csrfToken, connectionToken, channels, websocketUrl }
  }
  const text = `${url} did not answer with tokens: is this the address of the backend?`
  throw new InstantError("backend", text, { code: 200 })
}

/** A level that this version doesn't know is passed on. */
function isChannel(value: unknown): value is Channel {
  const { name, level, token } = fieldsOf(value)
  return isText(name) && isText(level) && isText(token)
}

function isText(value: unknown): value is string {
  return typeof value === "string"
}
