import type { Logger } from "pino"
import type { Broker } from "../broker/broker.js"
import type { PresenceManager } from "../presence/presence.js"
import type { Subscription } from "./subscription.js"

/** Who watches subscriptions begin and end, whatever their channels' options. */
export interface MembershipWatcher {
  joined(subscription: Subscription): void
  /** @param subscription One that had begun. */
  left(subscription: Subscription): void
}

/** What a membership is kept and told with. */
export interface MembershipOptions {
  readonly presence: PresenceManager
  readonly broker: Broker
  readonly log: Logger
  readonly watcher: MembershipWatcher | undefined
}

/** Who is in a channel: kept for those who ask, and told to those who want to know. */
export class Membership {
  readonly #presence: PresenceManager
  readonly #broker: Broker
  readonly #log: Logger
  readonly #watcher: MembershipWatcher | undefined

  constructor({ presence, broker, log, watcher }: MembershipOptions) {
    this.#presence = presence
    this.#broker = broker
    this.#log = log
    this.#watcher = watcher
  }

  /** The subscriber counts as present, from now on and whenever this is said again. */
  async present({ channel, client }: Subscription): Promise<void> {
    if (channel.options.presence) await this.#presence.add(channel.name.name, client)
  }

  /** The subscriber has been answered. Nobody waits for this, so failures are logged. */
  joined(subscription: Subscription): void {
    const { channel, client } = subscription
    const { name } = channel.name
    this.#watcher?.joined(subscription)
    if (channel.options.join_leave) this.#watch(name, this.#broker.publishJoin(name, client))
  }

  /** The subscription has ended. Nobody waits for this, so failures are logged. */
  left(subscription: Subscription): void {
    const { channel, client, hasBegun } = subscription
    const { name } = channel.name
    if (hasBegun) this.#watcher?.left(subscription)
    const { presence, join_leave } = channel.options
    if (presence) this.#watch(name, this.#presence.remove(name, client))
    if (join_leave && hasBegun) this.#watch(name, this.#broker.publishLeave(name, client))
  }

  #watch(channel: string, telling: Promise<void>): void {
    telling.catch((err: unknown) => this.#log.error({ err, channel }, "a join or leave failed"))
  }
}
