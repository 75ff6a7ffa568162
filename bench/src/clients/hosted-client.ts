import type { Feed } from "./feed.js"

/** A client with its server in one process. */
export interface HostedClient {
  readonly feed: Feed
  /** Connects; nothing is subscribed yet. */
  connect(subscriptions: number): Promise<void>
  /** Subscribes; `received` is to be called once for each frame. */
  subscribe(subscriptions: number, received: () => void): Promise<void>
  /** The text of a frame for one of the subscriptions. @param sequence Counts that subscription's frames. */
  frame(subscription: number, sequence: number): string
}
