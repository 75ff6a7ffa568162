import type { PresenceManager, PresenceStats, PresentClient } from "../presence/presence.js"
import type { Metrics } from "./metrics.js"

/** A presence manager that counts what it is asked. */
export class CountedPresence implements PresenceManager {
  readonly #presence: PresenceManager
  readonly #metrics: Metrics

  constructor(presence: PresenceManager, metrics: Metrics) {
    this.#presence = presence
    this.#metrics = metrics
  }

  add(channel: string, client: PresentClient): Promise<void> {
    this.#metrics.actions.inc({ action: "add_presence" })
    return this.#presence.add(channel, client)
  }

  remove(channel: string, client: PresentClient): Promise<void> {
    this.#metrics.actions.inc({ action: "remove_presence" })
    return this.#presence.remove(channel, client)
  }

  of(channel: string): Promise<ReadonlyMap<string, PresentClient>> {
    this.#metrics.actions.inc({ action: "presence" })
    return this.#presence.of(channel)
  }

  stats(channel: string): Promise<PresenceStats> {
    this.#metrics.actions.inc({ action: "presence_stats" })
    return this.#presence.stats(channel)
  }
}
