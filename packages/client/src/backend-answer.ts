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
  const channels = readChannels(answer, url)
  if (
    isRecord(answer) &&
    typeof answer.ws_token === "string" &&
    typeof answer.csrf_token === "string"
  ) {
    return {
      csrfToken: answer.csrf_token,
      connectionToken: answer.ws_token,
      channels,
      websocketUrl: typeof answer.ws_url === "string" ? answer.ws_url : "",
    }
  }
  throw unreadable(url)
}

/** Reads the list of channels in an answer. @throws as {@link readTokens}. */
export function readChannels(answer: unknown, url: string): readonly Channel[] {
  if (isRecord(answer) && Array.isArray(answer.channels) && answer.channels.every(isChannel)) {
    return answer.channels
  }
  throw unreadable(url)
}

const levels: ReadonlySet<unknown> = new Set<Level>([
  "public",
  "users",
  "groups",
  "staff",
  "superuser",
])

function isChannel(value: unknown): value is Channel {
  return (
    isRecord(value) &&
    typeof value.name === "string" &&
    typeof value.token === "string" &&
    levels.has(value.level)
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}

function unreadable(url: string): InstantError {
  return new InstantError(
    "backend",
    `${url} did not answer with tokens and channels: is this the address of the backend?`,
    { code: 200 },
  )
}
