import { errors, type Payload, ProtocolError } from "@instant-ws/protocol"
import type { StreamPart, StreamPosition } from "../broker/broker.js"
import { type Channel, keepsHistory } from "../channel/options.js"
import type { Node } from "../node.js"
import type { PresenceStats, PresentClient } from "../presence/presence.js"
import type { Sessions } from "../session/sessions.js"
import { matchesWildcard } from "../wildcard.js"
import { Connections } from "./connections.js"

/** How one publication is made. */
export interface PublishOptions {
  /** A second publication with the same key within 5 minutes is answered as the first, not sent. */
  readonly idempotencyKey?: string
  /** Labels beside the data. */
  readonly tags?: Readonly<Record<string, string>>
  /** Leaves the publication out of the channel's history. */
  readonly skipHistory?: boolean
  /** Whether subscribers who take deltas may get one; else as the channel says. */
  readonly delta?: boolean
  /** Answered as the last one, and not sent, when it is not above that one's; 0 has none. */
  readonly version?: number
  /** Versions count anew when it changes. */
  readonly versionEpoch?: string
}

/** Where a publication stands in its channel's history; undefined in a channel without history. */
export type PublishResult = StreamPosition | undefined

/** Which part of a channel's history is read. */
export interface HistoryOptions {
  /** At most so many publications; 0 asks for the position alone, -1 for all. */
  readonly limit?: number
  /** Only what came after (in reverse: before) this position. */
  readonly since?: StreamPosition
  /** The newest first. */
  readonly reverse?: boolean
}

/** Which tokens of a user are refused. Unix times in seconds, with their fraction. */
export interface InvalidateOptions {
  /** Those that were made before it, and those that don't say when they were made. @default now */
  readonly issuedBefore?: number | undefined
  /** When that may be forgotten, as all of them have expired by then; absent: never. */
  readonly expireAt?: number | undefined
}

/** What the engine is doing. */
export interface EngineStats {
  /** Clients connected now. */
  readonly connections: number
  /** Distinct users connected now. */
  readonly users: number
  /** Subscriptions now. */
  readonly subscriptions: number
  /** Channels with a subscription now. */
  readonly channels: number
  /** Publications taken since the start. */
  readonly publications: number
  /** Publications handed to connections since the start. */
  readonly deliveries: number
  /** Clients' commands answered with an error since the start, by the error's code. */
  readonly errors: ReadonlyMap<number, number>
  /** Connections that the server has ended since the start, by the code that it gave them. */
  readonly disconnects: ReadonlyMap<number, number>
}

/** What a backend may ask of the engine, from this process or over HTTP. */
export class ServerApi {
  readonly connections: Connections
  readonly #node: Node
  readonly #sessions: Sessions

  constructor(node: Node, sessions: Sessions) {
    this.#node = node
    this.#sessions = sessions
    this.connections = new Connections(node, sessions)
  }

  /** @throws ProtocolError 102 for an unknown namespace, 107 without channel or data. */
  async publish(
    name: string,
    data: Payload | undefined,
    { tags, ...options }: PublishOptions = {},
  ): Promise<PublishResult> {
    const { position } = await this.#node.publisher.publish(name, this.#find(name).options, {
      data,
      ...options,
      tags: tags && new Map(Object.entries(tags)),
    })
    return position
  }

  /** Publishes to several channels; each has its own result or error, in order. */
  async broadcast(
    channels: readonly string[],
    data: Payload | undefined,
    options?: PublishOptions,
  ): Promise<readonly (PublishResult | ProtocolError)[]> {
    return Promise.all(
      channels.map(async (channel) => {
        try {
          return await this.publish(channel, data, options)
        } catch (error) {
          if (error instanceof ProtocolError) return error
          throw error
        }
      }),
    )
  }

  /** Who is in a channel, by client id. @throws ProtocolError 108 where presence isn't kept. */
  async presence(name: string): Promise<ReadonlyMap<string, PresentClient>> {
    this.#findWithPresence(name)
    return this.#node.presence.of(name)
  }

  /** How many are in a channel. @throws ProtocolError 108 where presence isn't kept. */
  async presenceStats(name: string): Promise<PresenceStats> {
    this.#findWithPresence(name)
    return this.#node.presence.stats(name)
  }

  /** @throws ProtocolError 108 without history, 112 when `since` is of another epoch. */
  async history(name: string, { limit = 0, ...filter }: HistoryOptions): Promise<StreamPart> {
    const { options } = this.#findWithHistory(name)
    return this.#node.broker.history(name, {
      ...filter,
      ...(limit >= 0 && { limit }),
      metaTtl: this.#node.publisher.metaTtl(options),
    })
  }

  /** Forgets what a channel keeps; its position stays. @throws ProtocolError 108 without history. */
  async removeHistory(name: string): Promise<void> {
    this.#findWithHistory(name)
    await this.#node.broker.removeHistory(name)
  }

  /** How many subscribe to each channel; `*` in the pattern stands for any text. */
  async channels(pattern = ""): Promise<ReadonlyMap<string, number>> {
    const all = this.#node.hub.counts()
    if (pattern === "") return new Map(all)
    return new Map([...all].filter(([channel]) => matchesWildcard(channel, pattern)))
  }

  /**
   * Refuses tokens of a user from now on, of connections and of subscriptions. Live connections stay.
   * @throws ProtocolError 107 without a user, or for a time that is no number.
   */
  async invalidate(user: string, options: InvalidateOptions = {}): Promise<void> {
    const { issuedBefore = Date.now() / 1000, expireAt } = options
    const isTime = Number.isFinite(issuedBefore) && Number.isFinite(expireAt ?? 0)
    if (user === "" || !isTime) throw new ProtocolError(errors.badRequest)
    await this.#node.invalidations.invalidate(user, { issuedBefore, expireAt })
  }

  stats(): EngineStats {
    const { hub, publisher, replyErrors, disconnects } = this.#node
    return {
      connections: this.#sessions.connected,
      users: this.#sessions.users,
      subscriptions: hub.subscriptions,
      channels: hub.channels,
      publications: publisher.publications,
      deliveries: hub.deliveries,
      errors: replyErrors.byCode(),
      disconnects: new Map(disconnects.all),
    }
  }

  #find(name: string): Channel {
    if (name === "") throw new ProtocolError(errors.badRequest)
    return this.#node.channels.find(name)
  }

  #findWithPresence(name: string): Channel {
    const channel = this.#find(name)
    if (!channel.options.presence) throw new ProtocolError(errors.notAvailable)
    return channel
  }

  #findWithHistory(name: string): Channel {
    const channel = this.#find(name)
    if (!keepsHistory(channel.options)) throw new ProtocolError(errors.notAvailable)
    return channel
  }
}
