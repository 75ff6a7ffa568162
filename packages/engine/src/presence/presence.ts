import type { ClientInfo } from "@instant-ws/protocol"

/** How many are in a channel. */
export interface PresenceStats {
  readonly clients: number
  /** Distinct users among them. */
  readonly users: number
}

/** Who a present client is; `client` and `user` are always there. */
export type PresentClient = ClientInfo & { readonly client: string; readonly user: string }

/** Keeps who is in which channel, over all nodes. */
export interface PresenceManager {
  /** A client is in a channel; said again now and then for as long as it stays. */
  add(channel: string, client: PresentClient): Promise<void>
  remove(channel: string, client: PresentClient): Promise<void>
  /** Everybody in a channel, by client id. */
  of(channel: string): Promise<ReadonlyMap<string, PresentClient>>
  stats(channel: string): Promise<PresenceStats>
}
