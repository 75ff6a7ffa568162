import type { Message } from "../delivery/message.js"
import type { Broadcast } from "./broadcast.js"
import type { Subscription } from "./subscription.js"

/** Who listens to what on this node. */
export class Hub {
  readonly #channels = new Map<string, Set<Subscription>>()
  #subscriptions = 0
  #deliveries = 0

  /** Subscriptions now. */
  get subscriptions(): number {
    return this.#subscriptions
  }

  /** Channels with a subscription now. */
  get channels(): number {
    return this.#channels.size
  }

  /** Publications handed to subscriptions since the start. */
  get deliveries(): number {
    return this.#deliveries
  }

  add(subscription: Subscription): void {
    const { name } = subscription.channel.name
    const subscriptions = this.#channels.get(name)
    if (subscriptions === undefined) this.#channels.set(name, new Set([subscription]))
    else subscriptions.add(subscription)
    this.#subscriptions++
  }

  remove(subscription: Subscription): void {
    const { name } = subscription.channel.name
    const subscriptions = this.#channels.get(name)
    if (subscriptions === undefined || !subscriptions.delete(subscription)) return
    this.#subscriptions--
    if (subscriptions.size === 0) this.#channels.delete(name)
  }

  /** Whether anybody listens to a channel. */
  has(channel: string): boolean {
    return this.#channels.has(channel)
  }

  /** Hands a publication to every subscription of a channel. */
  broadcast(channel: string, broadcast: Broadcast): void {
    const subscriptions = this.#channels.get(channel)
    if (subscriptions === undefined) return
    this.#deliveries += subscriptions.size
    for (const subscription of subscriptions) subscription.deliver(broadcast)
  }

  /** Tells those who want to know that somebody came or went. */
  announce(channel: string, message: Message): void {
    for (const subscription of this.#channels.get(channel) ?? []) subscription.announce(message)
  }

  /** How many subscribe to each channel. */
  *counts(): Generator<readonly [channel: string, subscribers: number]> {
    for (const [channel, subscriptions] of this.#channels) yield [channel, subscriptions.size]
  }
}
