import type { Hub } from "./hub.js"
import type { Member, Subscription } from "./member.js"
import type { ClientInfo } from "./stream.js"

/** How often clients are pinged, in milliseconds. */
export const PING_INTERVAL = 25_000

/** Who a connection is of, once it is accepted. */
export interface Identity extends ClientInfo {
  /** Unix time in milliseconds. */
  readonly expiresAt: number
}

/** What others see of a connection. */
export function infoOf({ user, client }: Identity): ClientInfo {
  return { user, client }
}

/** A connection, as its commands see it. */
export interface Peer extends Member {
  readonly hub: Hub
  /** Undefined until the connection is accepted. */
  readonly identity: Identity | undefined
  /** The connection is accepted, or its token renewed. */
  accept(identity: Identity): void
  subscribe(channel: string, subscription: Subscription): void
}
