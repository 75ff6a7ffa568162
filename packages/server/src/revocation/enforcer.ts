import { ProtocolError } from "@instant-ws/protocol"
import { isSeenBy } from "../channels/access.js"
import type { Channel } from "../channels/channel-store.js"
import type { EngineLink } from "../engine/engine-link.js"
import type { Settings } from "../settings.js"
import type { Store } from "../store.js"
import type { WrittenRevocation } from "./revocation-log.js"

/** How often the database is asked what other processes have taken away, in milliseconds. */
const INTERVAL = 1_000

/** What another process writes may be seen so much later than its time says, in milliseconds. */
const LATENESS = 10_000

/** What an enforcer works with. */
export interface EnforcerParts {
  readonly settings: Settings
  readonly store: Store
  readonly engine: EngineLink
}

/** Has the engine end what was taken away: connections, subscriptions and tokens. */
export class Enforcer {
  readonly #settings: Settings
  readonly #store: Store
  readonly #engine: EngineLink
  /** When those that are done were written, by id, for as long as they may be read again. */
  readonly #done = new Map<number, number>()
  #since = 0
  /** Calls take effect one after the other. */
  #turn: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #endListening: (() => void) | undefined

  constructor({ settings, store, engine }: EnforcerParts) {
    this.#settings = settings
    this.#store = store
    this.#engine = engine
  }

  /** Refuses the tokens that were taken back before, and sees to what is taken from now on. */
  async start(): Promise<void> {
    this.#since = Date.now() - this.#settings.tokenLifetime * 1000
    for (const revocation of await this.#store.revocations.since(this.#since)) {
      // Their connections have ended with the engine, or were ended by it.
      await this.#attempt(() => this.#engine.takeBack(revocation))
      this.#remember(revocation)
    }
    this.#endListening = this.#store.revocations.onAnnounce(() => this.#catchUp())
    this.#timer = setInterval(() => void this.#catchUp(), INTERVAL)
    this.#timer.unref()
  }

  /** Ends it; resolves when the last call has. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#endListening?.()
    await this.#turn
  }

  #catchUp(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#attempt(() => this.#readNew()))
    return this.#turn
  }

  async #readNew(): Promise<void> {
    for (const revocation of await this.#store.revocations.since(this.#since)) {
      if (this.#done.has(revocation.id)) continue
      await this.#attempt(() => this.#enforce(revocation))
      this.#remember(revocation)
    }
  }

  async #enforce(revocation: WrittenRevocation): Promise<void> {
    await this.#engine.takeBack(revocation)
    switch (revocation.kind) {
      case "user":
        return this.#engine.disconnect({ user: revocation.user })
      case "member":
        return this.#engine.unsubscribe({ user: revocation.user }, revocation.channel)
      case "channel":
        return this.#clear(revocation.channel, revocation)
    }
  }

  /** Unsubscribes whoever may not see a channel any more. */
  async #clear(channel: string, { id, at }: WrittenRevocation): Promise<void> {
    const there = await this.#usersIn(channel)
    const staying = await this.#seers(await this.#store.channels.find(channel), channel, there)
    for (const user of there) {
      if (staying.has(user)) continue
      // The tokens of anonymous visitors are everybody's.
      if (user !== "") await this.#engine.takeBack({ kind: "member", user, channel, id, at })
      await this.#engine.unsubscribe({ user }, channel)
    }
  }

  async #usersIn(channel: string): Promise<ReadonlySet<string>> {
    try {
      return new Set((await this.#engine.presence(channel)).map(({ user }) => user))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      // The engine doesn't keep who is there: it may be anybody.
      return new Set((await this.#store.users.list()).map(({ id }) => id))
    }
  }

  /** Those of some users who may see a channel; of a site's own users only what everybody may. */
  async #seers(
    channel: Channel | undefined,
    name: string,
    users: ReadonlySet<string>,
  ): Promise<ReadonlySet<string>> {
    if (channel === undefined || channel.name !== name || !channel.isActive) return new Set()
    const { anonymousAccess, authenticate } = this.#settings
    const { level } = channel
    if (level === "public") return anonymousAccess ? users : without(users, "")
    if (level === "users") return without(users, "")
    if (authenticate !== undefined) return new Set()
    const accounts = await this.#store.users.findMany([...users])
    return new Set(accounts.filter((each) => isSeenBy(channel, each)).map(({ id }) => id))
  }

  #remember({ id, at }: WrittenRevocation): void {
    this.#done.set(id, at)
    // Another server's clock may be ahead: what this one's time says is still to come.
    this.#since = Math.max(this.#since, Math.min(at, Date.now()) - LATENESS)
    for (const [old, time] of this.#done) {
      if (time >= this.#since) return
      this.#done.delete(old)
    }
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (err) {
      this.#settings.log?.warn({ err }, "access was not taken back: it ends with the tokens")
    }
  }
}

function without(users: ReadonlySet<string>, user: string): ReadonlySet<string> {
  return new Set([...users].filter((each) => each !== user))
}
