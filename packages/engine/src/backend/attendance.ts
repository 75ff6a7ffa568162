import type { Logger } from "pino"
import type { Subscription } from "../channel/subscription.js"
import type { Hooks, MembershipEvent } from "./hooks.js"

type MembershipHooks = Pick<Hooks, "onJoin" | "onLeave">
type HookName = keyof MembershipHooks

/** How long hooks are called in one go, in milliseconds; the event loop has its turn in between. */
const SLICE = 5

/**
 * Tells the hooks of this process who has joined and left, in order, soon after the fact: a crowd that
 * leaves at once is told of bit by bit, and a hook may do with the engine what it wants.
 */
export class Attendance {
  readonly #hooks: MembershipHooks
  readonly #log: Logger
  /** Subscriptions that have begun and not ended, by channel. */
  readonly #counts = new Map<string, number>()
  readonly #waiting: { readonly hook: HookName; readonly event: MembershipEvent }[] = []
  readonly #allTold: (() => void)[] = []

  constructor(hooks: MembershipHooks, log: Logger) {
    this.#hooks = hooks
    this.#log = log
  }

  /** A subscription has begun. */
  joined(subscription: Subscription): void {
    const { name } = subscription.channel.name
    const subscribers = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, subscribers)
    this.#tell("onJoin", subscription, subscribers)
  }

  /** A subscription that had begun has ended. */
  left(subscription: Subscription): void {
    const { name } = subscription.channel.name
    const subscribers = (this.#counts.get(name) ?? 0) - 1
    if (subscribers > 0) this.#counts.set(name, subscribers)
    else this.#counts.delete(name)
    this.#tell("onLeave", subscription, subscribers)
  }

  /** Resolves when the hooks were called for all that has happened. */
  async told(): Promise<void> {
    if (this.#waiting.length === 0) return
    await new Promise<void>((resolve) => this.#allTold.push(resolve))
  }

  #tell(hook: HookName, { channel, client }: Subscription, subscribers: number): void {
    if (this.#hooks[hook] === undefined) return
    const { user, client: id } = client
    const event = { channel: channel.name.name, client: id, user, subscribers }
    if (this.#waiting.push({ hook, event }) === 1) setImmediate(() => this.#call())
  }

  /** Calls the hooks for what waits, and for what they add to it, for as long as a slice lasts. */
  #call(): void {
    const end = performance.now() + SLICE
    let called = 0
    for (const { hook, event } of this.#waiting) {
      void this.#callOne(hook, event)
      called++
      if (performance.now() >= end) break
    }
    this.#waiting.splice(0, called)
    if (this.#waiting.length > 0) setImmediate(() => this.#call())
    else for (const resolve of this.#allTold.splice(0)) resolve()
  }

  async #callOne(hook: HookName, event: MembershipEvent): Promise<void> {
    try {
      await this.#hooks[hook]?.(event)
    } catch (err) {
      this.#log.error({ err, client: event.client, channel: event.channel }, `${hook} failed`)
    }
  }
}
