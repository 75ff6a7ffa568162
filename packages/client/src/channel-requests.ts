import type { Centrifuge } from "centrifuge"
import { type Connection, PERSONAL_CHANNEL } from "./connection.js"
import type { History, HistoryOptions, PublishOptions } from "./instant.js"
import { InstantError } from "./instant-error.js"
import type { ListenersHost, Off } from "./listeners.js"
import {
  LivePresence,
  type Member,
  type PresenceChange,
  type PresenceListener,
} from "./live-presence.js"
import type { Message } from "./message.js"

/** How many messages of a history are fetched unless said. */
const HISTORY_LIMIT = 100

/** What {@link ChannelRequests} are made with. */
export interface ChannelAccess {
  readonly host: ListenersHost
  /** The connection of now, if there is one. */
  connection(): Connection | undefined
  /** The channel that a name stands for. */
  resolve(name: string): string
  /** The message that a publication is; undefined when it is none, which has been told. */
  read(channel: string, data: unknown): Message | undefined
  subscribe(name: string): Promise<void>
  unsubscribe(name: string): void
  error(error: InstantError): void
}

/** What a page asks of a channel besides its messages. */
export class ChannelRequests {
  readonly #access: ChannelAccess
  /** By the name that the application uses. */
  readonly #presences = new Map<string, LivePresence>()

  constructor(access: ChannelAccess) {
    this.#access = access
  }

  /** See `Instant.history`. */
  async history(
    name: string,
    { limit = HISTORY_LIMIT, since }: HistoryOptions = {},
  ): Promise<History<Message>> {
    const { publications, ...top } = await this.#ask(name, (client, channel) =>
      client.history(channel, since ? { limit, since } : { limit, reverse: true }),
    )
    if (!since) publications.reverse()
    const { resolve, read } = this.#access
    return {
      messages: publications.flatMap(({ data }) => read(resolve(name), data) ?? []),
      position: { ...top, offset: publications.at(-1)?.offset ?? top.offset },
    }
  }

  /** See `Instant.presence`. */
  async presence(name: string): Promise<readonly Member[]> {
    const { clients } = await this.#ask(name, (client, channel) => client.presence(channel))
    return Object.values(clients)
  }

  /** See `Instant.publish`. */
  async publish(name: string, message?: unknown, options: PublishOptions = {}): Promise<void> {
    const { eventClass: event_class, data, bucket } = options
    // Browsers give it to pages that came over TLS or from this machine.
    const id = crypto.randomUUID?.()
    await this.#ask(name, (client, channel) =>
      client.publish(channel, { channel, site: "", message, data, event_class, bucket, id }),
    )
  }

  /** See `Instant.onPresence`. */
  onPresence(name: string, listener: PresenceListener): Off {
    const presence = this.#presences.get(name) ?? new LivePresence(this.#access.host)
    this.#presences.set(name, presence)
    const off = presence.add(listener)
    // It fails when the channels can't be fetched, and is done again with the next connect().
    this.#access.subscribe(name).then(() => this.#catchUp(name, presence), this.#access.error)
    let isOn = true
    return () => {
      if (!isOn) return
      isOn = false
      off()
      if (!presence.isWatched) this.#presences.delete(name)
      this.#access.unsubscribe(name)
    }
  }

  /** Whether somebody wants to know who is in a channel. */
  isWatched(channel: string): boolean {
    return this.#presencesOf(channel).length > 0
  }

  /** A channel is subscribed: who is there is asked anew, if somebody wants to know. */
  subscribed(channel: string): void {
    for (const presence of this.#presencesOf(channel)) this.#load(channel, presence)
  }

  /** Somebody came or went. */
  changed(channel: string, change: PresenceChange): void {
    for (const presence of this.#presencesOf(channel)) presence.change(change)
  }

  #presencesOf(channel: string): readonly LivePresence[] {
    return [...this.#presences]
      .filter(([name]) => this.#access.resolve(name) === channel)
      .map(([, presence]) => presence)
  }

  /** Asks who is in a channel that was watched before, and so isn't subscribed anew. */
  #catchUp(name: string, presence: LivePresence): void {
    const channel = this.#access.resolve(name)
    const subscription = this.#access.connection()?.client.getSubscription(channel)
    if (subscription?.state === "subscribed" && !presence.isAsked) this.#load(channel, presence)
  }

  #load(channel: string, presence: LivePresence): void {
    presence.load(() => this.presence(channel)).catch(this.#access.error)
  }

  /** Nobody wants to know anything any more. */
  clear(): void {
    this.#presences.clear()
  }

  /** @throws InstantError of kind `request`, or of kind `usage` when there is no connection. */
  async #ask<T>(name: string, ask: (client: Centrifuge, channel: string) => Promise<T>) {
    const connection = this.#access.connection()
    if (!connection) throw new InstantError("usage", "Call connect() first")
    const { client, personalChannel } = connection
    const channel = name === PERSONAL_CHANNEL ? personalChannel : this.#access.resolve(name)
    try {
      return await ask(client, channel)
    } catch (cause) {
      // The Centrifuge client rejects with objects that are no errors.
      const { code, message } = Object(cause)
      const text = `The request for ${name} failed: ${message} (${code})`
      throw new InstantError("request", text, { code, channel: name, cause })
    }
  }
}
