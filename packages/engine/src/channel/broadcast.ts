import { type Payload, type Publication, payloadJson, toRawJson } from "@instant-ws/protocol"
import type { Origin, StoredPublication } from "../broker/broker.js"
import { Message } from "../delivery/message.js"
import { deltaBetween } from "./delta.js"

/**
 * One publication on its way to the subscribers of a channel, in the forms in which they want it, each
 * made when the first of them asks.
 */
export class Broadcast {
  readonly #channel: string
  readonly #stored: StoredPublication
  readonly #origin: Origin
  #plain: Message | undefined
  #full: Message | undefined
  #delta: Message | undefined

  constructor(channel: string, stored: StoredPublication, origin: Origin) {
    this.#channel = channel
    this.#stored = stored
    this.#origin = origin
  }

  /** 0 in a channel that doesn't count. */
  get offset(): number {
    return this.#stored.offset
  }

  get tags(): ReadonlyMap<string, string> | undefined {
    return this.#stored.tags
  }

  /** For those who take no deltas. */
  get plain(): Message {
    this.#plain ??= Message.push({ channel: this.#channel, pub: this.#withEpoch() })
    return this.#plain
  }

  /** For those who take deltas and have not had the publication before this one. */
  get full(): Message {
    this.#full ??= this.#inTwo(asJsonText(this.#stored), this.#withEpoch())
    return this.#full
  }

  /** For those who take deltas and have had it. */
  get delta(): Message {
    this.#delta ??= this.#difference()
    return this.#delta
  }

  #difference(): Message {
    const { previous } = this.#origin
    const delta = previous && deltaBetween(previous.data, this.#stored.data)
    if (delta === undefined) return this.full
    const json = delta.json(this.#stored) ?? asJsonText(this.#stored)
    return this.#inTwo(json, delta.binary(this.#withEpoch()))
  }

  #inTwo(json: Publication, binary: Publication): Message {
    const channel = this.#channel
    return new Message({
      json: () => ({ push: { channel, pub: json } }),
      binary: () => ({ push: { channel, pub: binary } }),
    })
  }

  /** The first publication of a stream carries its epoch. */
  #withEpoch(): Publication {
    const { epoch } = this.#origin
    return this.#stored.offset === 1 && epoch !== "" ? { ...this.#stored, epoch } : this.#stored
  }
}

/**
 * Deltas apply to bytes, so those who speak JSON and take deltas get every payload as a JSON string,
 * which holds the exact text that was published.
 */
export function asJsonText(stored: StoredPublication): Publication {
  return { ...stored, data: textOf(stored.data) }
}

/** What isn't JSON stays as it is, and is refused where it is written. */
function textOf(data: Payload): Payload {
  return typeof data === "string" ? toRawJson(data) : toRawJson(payloadJson(data))
}
