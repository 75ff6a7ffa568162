import type { ClientInfo, Payload } from "@instant-ws/protocol"
import type { Broker, BrokerResult, HistoryOptions } from "../broker/broker.js"
import type { EngineConfig } from "../config/schema.js"
import { Message } from "../delivery/message.js"
import { Broadcast } from "./broadcast.js"
import { type DataFormat, inFormat } from "./data-format.js"
import type { Hub } from "./hub.js"
import { type ChannelOptions, keepsHistory } from "./options.js"

/** What is published, and how. */
export interface PublicationInput {
  readonly data: Payload | undefined
  readonly info?: ClientInfo | undefined
  readonly tags?: ReadonlyMap<string, string> | undefined
  readonly idempotencyKey?: string
  readonly skipHistory?: boolean
  /** Whether subscribers who take deltas may get one; else as the channel says. */
  readonly delta?: boolean
  /** Not published when it is not above the last one; 0 has none. */
  readonly version?: number
  /** Versions count anew when it changes. */
  readonly versionEpoch?: string
}

/** The way of a publication: to the broker, and from it to all who subscribe on this node. */
export class Publisher {
  readonly #broker: Broker
  readonly #metaTtl: number
  readonly #defaultFormat: DataFormat
  #publications = 0

  /** @param config What holds where a namespace doesn't say. */
  constructor(broker: Broker, hub: Hub, config: EngineConfig["channel"]) {
    this.#broker = broker
    this.#metaTtl = config.history_meta_ttl
    this.#defaultFormat = config.publication_data_format
    broker.listen({
      onPublication(channel, publication, origin) {
        if (hub.has(channel)) hub.broadcast(channel, new Broadcast(channel, publication, origin))
      },
      onJoin(channel, info) {
        hub.announce(channel, Message.push({ channel, join: { info } }))
      },
      onLeave(channel, info) {
        hub.announce(channel, Message.push({ channel, leave: { info } }))
      },
      isSubscribed: (channel) => hub.has(channel),
    })
  }

  /** Publications that the broker has taken since the start. */
  get publications(): number {
    return this.#publications
  }

  /** @throws ProtocolError 107 without channel or data. */
  async publish(
    channel: string,
    options: ChannelOptions,
    input: PublicationInput,
  ): Promise<BrokerResult> {
    const { data, info, tags, idempotencyKey = "", skipHistory = false } = input
    const { delta = options.delta_publish, version = 0, versionEpoch = "" } = input
    const format = options.publication_data_format || this.#defaultFormat
    const history = skipHistory ? undefined : this.#history(options)
    const result = await this.#broker.publish(channel, {
      data: inFormat(format, data),
      idempotencyKey,
      delta,
      version,
      versionEpoch,
      info,
      tags: tags === undefined || tags.size === 0 ? undefined : tags,
      history,
    })
    if (!result.isRepeated) this.#publications++
    return result
  }

  /** How long the position of a channel is kept, in milliseconds. */
  metaTtl({ history_meta_ttl }: ChannelOptions): number {
    return history_meta_ttl > 0 ? history_meta_ttl : this.#metaTtl
  }

  #history(options: ChannelOptions): HistoryOptions | undefined {
    if (!keepsHistory(options)) return undefined
    const { history_size: size, history_ttl: ttl } = options
    return { size, ttl, metaTtl: this.metaTtl(options) }
  }
}
