import type { Logger } from "pino"
import type { Broker } from "../broker/broker.js"
import type { PresenceManager } from "../presence/presence.js"
import type { Subscription } from "./subscription.js"

/** Who is in a channel: kept for those who ask, and told to those who want to know. */
export class Membership {
  readonly #presence: PresenceManager
  readonly #broker: Broker
  readonly #log: Logger

  constructor(presence: PresenceManager, broker: Broker, log: Logger) {
    this.#presence = presence
    this.#broker = broker
    this.#log = log
  }

  /** The subscriber counts as present, from now on and whenever this is said again. */
  async present({ channel, client }: Subscription): Promise<void> {
    if (channel.options.presence) await this.#presence.add(channel.name.name, client)
  }

  /** The subscriber has been answered. Nobody waits for this, so failures are logged. */
  joined({ channel, client }: Subscription): void {
    const { name } = channel.name
    if (channel.options.join_leave) this.#watch(name, this.#broker.publishJoin(name, client))
  }

  /** The subscription has ended. Nobody waits for this, so failures are logged. */
  left({ channel, client, hasBegun }: Subscription): void {
    const { name } = channel.name
    const { presence, join_leave } = channel.options
    if (presence) this.#watch(name, this.#presence.remove(name, client))
    if (join_leave && hasBegun) this.#watch(name, this.#broker.publishLeave(name, client))
  }

  #watch(channel: string, telling: Promise<void>): void {
    telling.catch((err: unknown) => this.#log.error({ err, channel }, "a join or leave failed"))
  }
}
