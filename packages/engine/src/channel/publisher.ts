import {
  type ClientInfo,
  errors,
  type Payload,
  ProtocolError,
  type Publication,
} from "@instant-ws/protocol"
import type {
  Broker,
  BrokerResult,
  HistoryOptions,
  StoredPublication,
  StreamPosition,
} from "../broker/broker.js"
import { Message } from "../delivery/message.js"
import type { Hub } from "./hub.js"
import { type ChannelOptions, keepsHistory } from "./options.js"

/** What is published, and how. */
export interface PublicationInput {
  readonly data: Payload | undefined
  readonly info?: ClientInfo
  readonly tags?: ReadonlyMap<string, string>
  readonly idempotencyKey?: string
  readonly skipHistory?: boolean
}

/** The way of a publication: to the broker, and from it to all who subscribe on this node. */
export class Publisher {
  readonly #broker: Broker
  readonly #metaTtl: number
  #publications = 0

  /** @param metaTtl How long positions are kept where the namespace doesn't say, in milliseconds. */
  constructor(broker: Broker, hub: Hub, metaTtl: number) {
    this.#broker = broker
    this.#metaTtl = metaTtl
    broker.listen((channel, publication, position) => {
      if (!hub.has(channel)) return
      const message = Message.push({ channel, pub: pushed(publication, position) })
      hub.broadcast(channel, message, publication.offset)
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
    if (data === undefined) throw new ProtocolError(errors.badRequest)
    const history = skipHistory ? undefined : this.#history(options)
    const result = await this.#broker.publish(channel, {
      data,
      idempotencyKey,
      ...(info && { info }),
      ...(tags && tags.size > 0 && { tags }),
      ...(history && { history }),
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

/** A kept publication as clients see it. */
export function toPublication({ offset, ...content }: StoredPublication): Publication {
  return { ...content, offset }
}

/** The first publication of a stream carries its epoch. */
function pushed(stored: StoredPublication, position: StreamPosition | undefined): Publication {
  const publication = toPublication(stored)
  return position !== undefined && stored.offset === 1
    ? { ...publication, epoch: position.epoch }
    : publication
}
