import type { EndCode } from "./codes.js"

/** A subscription of one connection. */
export interface Subscription {
  /** Unix time in milliseconds; undefined never. */
  readonly expiresAt: number | undefined
  /** Whether it is told who joins and leaves. */
  readonly wantsMembers: boolean
}

/** A connection, as the hub sees it. */
export interface Member {
  /** `""` until it is accepted, and for anonymous visitors. */
  readonly user: string
  /** By channel. */
  readonly subscriptions: ReadonlyMap<string, Subscription>
  push(push: object): void
  /** Ends a subscription; with a code, the client is told. */
  unsubscribe(channel: string, code?: EndCode): void
  end(code: EndCode): void
}
