import type { Envelope } from "@instant-ws/protocol/envelope"
import type { Centrifuge } from "centrifuge"
import type { Instant } from "./instant.js"
import { InstantClient } from "./instant-client.js"
import { Message } from "./message.js"
import { useInstant } from "./use-instant.js"

/** Is called with the event as it travelled: `envelope.message`, `envelope.channel` … */
export type EnvelopeHandler = (envelope: Envelope) => unknown

/**
 * What a page that loads the script finds as `$instant`: `useInstant` and `Message`, and a client of its
 * own with the names that django-instant 2.4 gave its members.
 */
export class PageInstant {
  /** Makes a client with today's names. */
  readonly useInstant = useInstant
  readonly Message = Message
  /**
   * Handlers by channel: one that is here is called in place of `onMessage`. The object inherits
   * nothing, as a channel may be called `constructor`.
   */
  readonly handlers: Record<string, EnvelopeHandler> = Object.create(null)
  /** The handler of every channel that has none of its own. */
  onMessage: EnvelopeHandler = () => {}
  verbose = false
  readonly #client = new InstantClient({})

  constructor() {
    this.#client.onMessage(({ channelName }, envelope) => {
      const named = this.handlers[channelName] ?? this.handlers[channelName.replace(/^\$/, "")]
      return (named ?? this.onMessage)(envelope)
    })
  }

  /** The client behind it, with today's names: `on`, `onStatus`, `history` … */
  get instant(): Instant {
    return this.#client
  }

  /** The user's channels. */
  get channels(): Instant["channels"] {
    return this.#client.channels
  }

  /** The Centrifuge client; undefined until there are tokens. */
  get client(): Centrifuge | undefined {
    return this.#client.getClient()
  }

  /** For the header `X-CSRFToken` of the page's own requests; `""` until there are tokens. */
  get csrfToken(): string {
    return this.#client.csrfToken
  }

  /** Says where backend and websockets are. It asks nothing: `login` or `get_token` does. */
  init(backendUri: string, websocketsUri?: string, verbose = false): void {
    this.verbose = verbose
    this.#client.begin(backendUri, websocketsUri, verbose)
  }

  /** See {@link Instant.login}. */
  login(username: string, password: string): Promise<void> {
    return this.#client.login(username, password)
  }

  /** See {@link Instant.get_token}. */
  get_token(): Promise<void> {
    return this.#client.get_token()
  }

  /** See {@link Instant.connect}. */
  connect(autosub = true): Promise<void> {
    return this.#client.connect(autosub)
  }

  /** Subscribes to one channel. */
  subscribe(channel: string): Promise<void> {
    return this.#client.subscribe(channel)
  }

  /** Ends the subscription to a channel. */
  unsubscribe(channel: string): void {
    this.#client.unsubscribe(channel)
  }

  /** Subscribes to all of the user's channels. */
  subscribeToAllChannels(): Promise<void> {
    return this.#client.subscribe()
  }

  /** Sets the handler of a channel, in place of `onMessage`. `x` also names `$x`. */
  addHandler(channelName: string, handler: EnvelopeHandler): void {
    this.handlers[channelName] = handler
  }

  /** Gives a channel back to `onMessage`. */
  removeHandler(channelName: string): void {
    delete this.handlers[channelName]
  }
}

export default new PageInstant()
