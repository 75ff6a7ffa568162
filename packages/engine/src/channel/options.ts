import {
  type ChannelName,
  type ChannelSyntax,
  errors,
  ProtocolError,
  parseChannelName,
  type SubscriptionOverride,
} from "@instant-ws/protocol"
import type { EngineConfig } from "../config/schema.js"

/** What a channel allows and keeps: the options of its namespace. Durations in milliseconds. */
export type ChannelOptions = EngineConfig["channel"]["without_namespace"]

/** A channel that may be used: its name's parts and its options. */
export interface Channel {
  readonly name: ChannelName
  readonly options: ChannelOptions
}

/** Finds the options of channels by their namespace. */
export class ChannelCatalog {
  readonly #syntax: ChannelSyntax
  readonly #maxLength: number
  /** What was looked for lately: the subscribers of a channel share it. */
  readonly #found = new Map<string, Channel>()
  readonly #withoutNamespace: ChannelOptions
  readonly #namespaces: ReadonlyMap<string, ChannelOptions>

  constructor({ channel }: EngineConfig) {
    this.#syntax = {
      namespaceBoundary: channel.namespace_boundary,
      privatePrefix: channel.private_prefix === "" ? "$" : channel.private_prefix,
      userBoundary: channel.user_boundary,
      userSeparator: channel.user_separator,
    }
    this.#maxLength = channel.max_length
    this.#withoutNamespace = channel.without_namespace
    this.#namespaces = new Map(channel.namespaces.map((options) => [options.name, options]))
  }

  /**
   * The channel of this name, for those who may name any (the server API).
   * @throws ProtocolError 102 for a namespace that isn't configured.
   */
  find(name: string): Channel {
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const parsed = parseChannelName(name, this.#syntax)
    const options = this.#optionsOf(parsed)
    if (options === undefined) throw new ProtocolError(errors.unknownChannel)
    const channel = { name: parsed, options }
    if (this.#found.size >= MAX_FOUND) this.#found.clear()
    this.#found.set(name, channel)
    return channel
  }

  /** Whether the namespace of a name is configured. */
  has(name: string): boolean {
    return this.#optionsOf(parseChannelName(name, this.#syntax)) !== undefined
  }

  /**
   * The channel of this name, for clients, whose names are checked.
   * @throws ProtocolError 107 for a name that is too long, not ASCII, or not as the namespace wants it,
   * else as {@link find}.
   */
  findForClient(name: string): Channel {
    if (name.length > this.#maxLength || !/^[\x20-\x7e]*$/.test(name)) {
      throw new ProtocolError(errors.badRequest)
    }
    const channel = this.find(name)
    const { name: parts, options } = channel
    if (options.channel_regex?.test(parts.rest) === false) {
      throw new ProtocolError(errors.badRequest)
    }
    return channel
  }

  #optionsOf({ namespace }: ChannelName): ChannelOptions | undefined {
    return namespace === "" ? this.#withoutNamespace : this.#namespaces.get(namespace)
  }
}

/** Channels that are remembered at once; beyond it they are taken apart anew. */
const MAX_FOUND = 10_000

/** A channel with some of its options changed. */
export function overridden(channel: Channel, override: SubscriptionOverride | undefined): Channel {
  return override === undefined
    ? channel
    : { ...channel, options: { ...channel.options, ...override } }
}

/** Whether a channel keeps what is published. */
export function keepsHistory({ history_size, history_ttl }: ChannelOptions): boolean {
  return history_size > 0 && history_ttl > 0
}
