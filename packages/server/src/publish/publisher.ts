import type { PublishResult } from "@instant-ws/engine"
import { ProtocolError, writeEnvelope } from "@instant-ws/protocol"
import type { InstantUser } from "../accounts/user.js"
import type { EventDeclaration } from "../channels/declaration.js"
import type { EngineLink, Publication } from "../engine/engine-link.js"
import type { OutboxPublication } from "../outbox/outbox-entry.js"
import type { OutboxWriter } from "../outbox/outbox-writer.js"
import { PERSONAL, personalChannel } from "../personal-channel.js"
import type { Settings } from "../settings.js"
import type { ChannelNames } from "./channel-names.js"
import { checkedEvent, DeclaredEvents } from "./declared-events.js"
import type {
  Broadcast,
  ChannelEvent,
  Delivery,
  Durable,
  EventOptions,
  Outcome,
  Published,
  PublishOptions,
} from "./event-options.js"

const broadcastChannels = new Map([
  [undefined, "public"],
  ["users", "$users"],
  ["staff", "$staff"],
  ["superuser", "$superuser"],
] as const)

/** What a publisher works with. */
export interface PublisherParts {
  readonly engine: EngineLink
  readonly names: ChannelNames
  readonly outbox: OutboxWriter
  readonly settings: Settings
}

/** An event that is to be published, and the channel of the engine that it goes to. */
interface Addressed extends EventOptions {
  readonly to: string
  /** The channel's name in the envelope. */
  readonly shownAs: string
  readonly message: unknown
}

/** An event as it is published. */
interface Prepared extends Publication {
  /** Of its envelope. */
  readonly id: string
}

/** Finds the channel that an event is for, and hands it to the engine or to the outbox. */
export class Publisher {
  readonly #engine: EngineLink
  readonly #outbox: OutboxWriter
  readonly #names: ChannelNames
  readonly #declared: DeclaredEvents
  readonly #settings: Settings

  constructor({ engine, names, outbox, settings }: PublisherParts) {
    this.#engine = engine
    this.#outbox = outbox
    this.#names = names
    this.#declared = new DeclaredEvents(settings.channels)
    this.#settings = settings
  }

  /** See `Instant.publish`. */
  async publish(
    channel: string | EventDeclaration,
    message: unknown,
    options: PublishOptions = {},
  ): Promise<Published> {
    const durable = durableOf(options)
    return this.#deliver(await this.#prepare(channel, { ...options, message }, durable), durable)
  }

  /** See `Instant.publishTo`. */
  async publishTo(
    user: string | InstantUser,
    message: unknown,
    options: PublishOptions = {},
  ): Promise<Published> {
    const to = personalChannel(typeof user === "string" ? user : user.id)
    const prepared = this.#write({ ...options, to, shownAs: PERSONAL, message })
    return this.#deliver(prepared, durableOf(options))
  }

  /** See `Instant.broadcast`. */
  async broadcast({ message, target, ...options }: Broadcast): Promise<Published> {
    const channel = broadcastChannels.get(target)
    if (channel === undefined) {
      throw new TypeError(`There is no target "${target}": take users, staff, superuser or none`)
    }
    return this.publish(channel, message, options)
  }

  /** See `Instant.publishMany`. */
  async publishMany(
    events: readonly ChannelEvent[],
    delivery: Delivery = {},
  ): Promise<readonly Outcome[]> {
    const durable = durableOf(delivery)
    const prepared = await Promise.all(events.map((event) => this.#attempt(event, durable)))
    const ready = prepared.flatMap((each) => (each instanceof Error ? [] : each))
    if (durable !== undefined) {
      const wrong = prepared.find((each) => each instanceof Error)
      if (wrong !== undefined) throw wrong
      await this.#outbox.add(
        ready.map((each) => entryOf(each, durable)),
        durable.transaction,
      )
      return ready.map(({ id }) => ({ id, position: undefined }))
    }
    const results = await this.#engine.publishMany(ready)
    const outcomes = new Map(ready.map((each, index) => [each, outcomeOf(each, results[index])]))
    return prepared.flatMap((each) => (each instanceof Error ? each : (outcomes.get(each) ?? [])))
  }

  async #attempt(
    { channel, ...event }: ChannelEvent,
    durable: Durable | undefined,
  ): Promise<Prepared | Error> {
    try {
      const prepared = await this.#prepare(channel, event, durable)
      // What can't be JSON would else be found when all are sent, and stop the others.
      if (durable === undefined) JSON.stringify(prepared.data)
      return prepared
    } catch (error) {
      if (error instanceof Error) return error
      throw error
    }
  }

  async #prepare(
    channel: string | EventDeclaration,
    { message, ...event }: EventOptions & { readonly message?: unknown },
    durable: Durable | undefined,
  ): Promise<Prepared> {
    const name = typeof channel === "string" ? channel : channel.name
    const to = await this.#names.resolve(name, durable?.transaction)
    if (to !== name && to !== `$${name}`) {
      this.#settings.log?.warn(
        { channel: name, name: to },
        "published to an old name: use the new one",
      )
    }
    const declaration = typeof channel === "string" ? this.#declared.of(to) : channel
    const checked = declaration === undefined ? event : await checkedEvent(declaration, event)
    return this.#write({ ...checked, to, shownAs: to, message })
  }

  #write({ to, shownAs: channel, site = this.#settings.site, ...event }: Addressed): Prepared {
    const { eventClass, bucket } = event
    requireTexts({ channel, eventClass, bucket, site })
    const envelope = writeEnvelope({ ...event, site, channel })
    return { channel: to, data: envelope, id: envelope.id }
  }

  async #deliver(prepared: Prepared, durable: Durable | undefined): Promise<Published> {
    const { id } = prepared
    if (durable === undefined) return { id, position: await this.#engine.publish(prepared) }
    await this.#outbox.add([entryOf(prepared, durable)], durable.transaction)
    return { id, position: undefined }
  }
}

/** @throws TypeError for what clients would refuse as no event; databases give null for no text. */
function requireTexts(parts: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(parts)) {
    if (value == null || typeof value === "string") continue
    throw new TypeError(`The ${name} of an event is a text, and not a ${typeof value}`)
  }
}

/** @throws TypeError for a transaction of an event that would not be in it. */
function durableOf(delivery: Delivery): Durable | undefined {
  if (delivery.durable === true || delivery.schedule !== undefined) return delivery
  if (delivery.transaction !== undefined) {
    throw new TypeError("transaction goes with durable: true, as the engine knows no transactions")
  }
  return undefined
}

function entryOf({ id, channel, data }: Prepared, { schedule }: Durable): OutboxPublication {
  return { key: id, channel, envelope: JSON.stringify(data), schedule }
}

function outcomeOf({ id }: Prepared, result: PublishResult | ProtocolError): Outcome {
  return result instanceof ProtocolError ? result : { id, position: result }
}
