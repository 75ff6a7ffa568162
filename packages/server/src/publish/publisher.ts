import type { PublishResult } from "@instant-ws/engine"
import { type Envelope, writeEnvelope } from "@instant-ws/protocol"
import type { InstantUser } from "../accounts/user.js"
import type { EngineLink } from "../engine/engine-link.js"
import type { Settings } from "../options.js"
import { PERSONAL, personalChannel } from "../personal-channel.js"
import type { ChannelNames } from "./channel-names.js"

/** What an event carries beside its message. */
export interface EventOptions {
  /** What kind of event it is; handlers may ask for one kind. */
  readonly eventClass?: string | undefined
  /** Any JSON. */
  readonly data?: unknown
  /** A label to sort events by. */
  readonly bucket?: string | undefined
  /** The name of the site that publishes. @default the site of the installation */
  readonly site?: string | undefined
}

const broadcastChannels = new Map([
  [undefined, "public"],
  ["users", "$users"],
  ["staff", "$staff"],
  ["superuser", "$superuser"],
] as const)

/** Who a broadcast is for. */
export type BroadcastTarget = "users" | "staff" | "superuser"

/** An event for everyone of a kind. */
export interface Broadcast extends EventOptions {
  /** Any JSON; may be left out when there is data. */
  readonly message?: unknown
  /** @default everyone who may see the channel `public` */
  readonly target?: BroadcastTarget | undefined
}

/** What a publisher works with. */
export interface PublisherParts {
  readonly engine: EngineLink
  readonly names: ChannelNames
  readonly settings: Settings
}

/** Finds the channel that an event is for, and hands it to the engine. */
export class Publisher {
  readonly #engine: EngineLink
  readonly #names: ChannelNames
  readonly #settings: Settings

  constructor({ engine, names, settings }: PublisherParts) {
    this.#engine = engine
    this.#names = names
    this.#settings = settings
  }

  /** See `Instant.publish`. */
  async publish(
    channel: string,
    message: unknown,
    options: EventOptions = {},
  ): Promise<PublishResult> {
    const name = await this.#names.resolve(channel)
    if (name !== channel && name !== `$${channel}`) {
      this.#settings.log?.warn({ channel, name }, "published to an old name: use the new one")
    }
    return this.#engine.publish({ channel: name, data: this.#envelope(name, message, options) })
  }

  /** See `Instant.publishTo`. */
  async publishTo(
    user: string | InstantUser,
    message: unknown,
    options: EventOptions = {},
  ): Promise<PublishResult> {
    const channel = personalChannel(typeof user === "string" ? user : user.id)
    return this.#engine.publish({ channel, data: this.#envelope(PERSONAL, message, options) })
  }

  /** See `Instant.broadcast`. */
  async broadcast({ message, target, ...options }: Broadcast): Promise<PublishResult> {
    const channel = broadcastChannels.get(target)
    if (channel === undefined) {
      throw new TypeError(`There is no target "${target}": take users, staff, superuser or none`)
    }
    return this.publish(channel, message, options)
  }

  #envelope(channel: string, message: unknown, options: EventOptions): Envelope {
    const { site = this.#settings.site, ...others } = options
    return writeEnvelope({ ...others, site, channel, message })
  }
}
