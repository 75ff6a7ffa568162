import type { Centrifuge } from "centrifuge"
import { type Connection, PERSONAL_CHANNEL } from "./connection.js"
import type { History, HistoryOptions, PublishOptions } from "./instant.js"
import { InstantError } from "./instant-error.js"
import type { Message } from "./message.js"
import type { Member } from "./told.js"

/** How many messages of a history are fetched unless said. */
const HISTORY_LIMIT = 100

/** What {@link createRequests} is made with. */
export interface RequestsHost {
  /** The connection of now, if there is one. */
  connection(): Connection | undefined
  /** The channel that a name stands for. */
  resolve(name: string): string
  /** The message that a publication is, with its envelope; nothing when it is no event. */
  read(channel: string, data: unknown): readonly (readonly [Message, ...unknown[]])[]
}

/** What a page asks of a channel besides its events: the members of `Instant` of these names. */
export function createRequests({ connection, resolve, read }: RequestsHost) {
  /** @throws InstantError of kind `request`, or of kind `usage` when there is no connection. */
  const ask = async <T>(name: string, ask: (client: Centrifuge, channel: string) => Promise<T>) => {
    const now = connection()
    if (!now) throw new InstantError("usage", "Call connect() first")
    const { client, personalChannel } = now
    try {
      return await ask(client, name === PERSONAL_CHANNEL ? personalChannel : resolve(name))
    } catch (cause) {
      // The Centrifuge client rejects with objects that are no errors.
      const { code, message } = Object(cause)
      const text = `The request for ${name} failed: ${message} (${code})`
      throw new InstantError("request", text, { code, channel: name, cause })
    }
  }

  return {
    history: async (
      name: string,
      { limit = HISTORY_LIMIT, since }: HistoryOptions = {},
    ): Promise<History<Message>> => {
      const { publications, ...top } = await ask(name, (client, channel) =>
        client.history(channel, since ? { limit, since } : { limit, reverse: true }),
      )
      if (!since) publications.reverse()
      return {
        messages: publications
          .flatMap(({ data }) => read(resolve(name), data))
          .map(([message]) => message),
        position: { ...top, offset: publications.at(-1)?.offset ?? top.offset },
      }
    },

    presence: async (name: string): Promise<readonly Member[]> => {
      const { clients } = await ask(name, (client, channel) => client.presence(channel))
      return Object.values(clients)
    },

    publish: async (name: string, message?: unknown, options: PublishOptions = {}) => {
      const { eventClass: event_class, data, bucket } = options
      // Browsers give it to pages that came over TLS or from this machine.
      const id = crypto.randomUUID?.()
      await ask(name, (client, channel) =>
        client.publish(channel, { channel, site: "", message, data, event_class, bucket, id }),
      )
    },
  }
}
