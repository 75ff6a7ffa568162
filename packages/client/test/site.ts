import type { Instant, WebSocketClass } from "djangoinstant"

/** What an event carries beside its message. */
export interface EventFields {
  readonly eventClass?: string
  readonly data?: unknown
  readonly bucket?: string
}

/**
 * A site of which it doesn't matter whether it is real: with the channels `$lobby` and `$users` of all
 * users, `$staff`, `$superuser`, `$team` of the group `team`, and `public`; the users `user`, `member` of
 * that group, and `superuser`, who is staff too. Everybody has the password `secret`. Subscribers may
 * publish, and see history and presence.
 */
export interface Site extends AsyncDisposable {
  readonly url: string
  /** Runs over the line that `refuse` breaks. */
  readonly websocket: WebSocketClass
  /** A client in a browser of its own, with nobody logged in; `onRequest` hears of its requests. */
  client(onRequest?: (url: string) => void): Promise<Instant>
  /** A `fetch` that keeps cookies, each time with none yet. */
  visitor(): typeof fetch
  publish(channel: string, message?: unknown, fields?: EventFields): Promise<void>
  publishTo(user: string, message?: unknown, fields?: EventFields): Promise<void>
  publishRaw(channel: string, data: unknown): Promise<void>
  refuse(): void
  accept(): void
  /** Ends the connections of a user. */
  close(user: string, code: number, reason: string): Promise<void>
  deny(channel: string): Promise<void>
  /** A connection token that was good once. */
  expiredToken(user: string): Promise<string>
  endSession(user: string): Promise<void>
  forgetHistory(channel: string): Promise<void>
}
