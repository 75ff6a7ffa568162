import type { Level } from "djangoinstant"
import type { Feed } from "./feed.js"

/** A channel that the signed-in person may see. */
export interface Channel {
  /** As the server names it: `$lobby`. */
  readonly name: string
  /** Whom it is for. */
  readonly level: Level
  readonly feed: Feed
}

/** The name of a channel as people say it: without the sign that marks it private. */
export function bareName(channel: string): string {
  return channel.replace(/^\$/, "")
}
