import {
  type Disconnect,
  disconnects,
  errors,
  type Payload,
  ProtocolError,
  unsubscribes,
} from "@instant-ws/protocol"
import type { StreamPosition } from "../broker/broker.js"
import { Message } from "../delivery/message.js"
import type { Node } from "../node.js"
import type { Session } from "../session/session.js"
import type { Sessions } from "../session/sessions.js"

/** How one publication is made. */
export interface PublishOptions {
  /** A second publication with the same key within 5 minutes is answered as the first, not sent. */
  readonly idempotencyKey?: string
  /** Labels beside the data. */
  readonly tags?: Readonly<Record<string, string>>
  /** Leaves the publication out of the channel's history. */
  readonly skipHistory?: boolean
}

/** Where a publication stands in its channel's history; undefined in a channel without history. */
export type PublishResult = StreamPosition | undefined

/** Which connections are meant: all of a user's, or one of them. */
export interface ConnectionTarget {
  readonly user: string
  /** One connection, by its client id; absent or empty: all. */
  readonly client?: string
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
}

/** What a backend may ask of the engine, from this process or over HTTP. */
export class ServerApi {
  readonly #node: Node
  readonly #sessions: Sessions

  constructor(node: Node, sessions: Sessions) {
    this.#node = node
    this.#sessions = sessions
  }

  /** @throws ProtocolError 102 for an unknown namespace, 107 without channel or data. */
  async publish(
    channel: string,
    data: Payload | undefined,
    { tags, ...options }: PublishOptions = {},
  ): Promise<PublishResult> {
    if (channel === "") throw new ProtocolError(errors.badRequest)
    const { publisher, channels } = this.#node
    const { position } = await publisher.publish(channel, channels.find(channel).options, {
      data,
      ...options,
      ...(tags && { tags: new Map(Object.entries(tags)) }),
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

  /**
   * Ends a subscription, or all with an empty channel. Connections without it are told all the same.
   * @throws ProtocolError 102 for an unknown namespace.
   */
  async unsubscribe(target: ConnectionTarget, channel: string): Promise<void> {
    if (channel !== "") this.#node.channels.find(channel)
    for (const session of this.#targets(target)) {
      const all = [...session.subscriptions.values()]
      for (const subscription of all) {
        if (channel === "" || subscription.channel.name.name === channel) {
          session.unsubscribe(subscription)
        }
      }
      const unsubscribe = unsubscribes.server
      session.queue.push(Message.push(channel === "" ? { unsubscribe } : { channel, unsubscribe }))
    }
  }

  /** Ends connections, with 3503 "force disconnect" unless said otherwise. */
  async disconnect(
    target: ConnectionTarget,
    disconnect: Disconnect = disconnects.forceNoReconnect,
  ): Promise<void> {
    for (const session of this.#targets(target)) session.disconnect(disconnect)
  }

  /** How many subscribe to each channel; `*` in the pattern stands for any text. */
  async channels(pattern = ""): Promise<ReadonlyMap<string, number>> {
    const all = this.#node.hub.counts()
    if (pattern === "") return new Map(all)
    const expression = pattern.split("*").map(escapeRegExp).join(".*")
    const matching = new RegExp(`^${expression}$`, "s")
    return new Map([...all].filter(([channel]) => matching.test(channel)))
  }

  stats(): EngineStats {
    const { hub, publisher } = this.#node
    return {
      connections: this.#sessions.connected,
      users: this.#sessions.users,
      subscriptions: hub.subscriptions,
      channels: hub.channels,
      publications: publisher.publications,
      deliveries: hub.deliveries,
    }
  }

  #targets({ user, client = "" }: ConnectionTarget): readonly Session[] {
    const sessions = [...this.#sessions.ofUser(user)]
    return client === "" ? sessions : sessions.filter((session) => session.client === client)
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")
}
