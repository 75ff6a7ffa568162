import type { StreamPosition } from "centrifuge"

/** What came of an interruption in one channel. */
export interface Recovered {
  readonly channel: string
  /** How many messages were published meanwhile, and have now been delivered. */
  readonly missed: number
  /** Whether that is all of them; false when the server can't tell, or has no history that far back. */
  readonly complete: boolean
}

/** What a {@link Feed} tells. */
export interface FeedEvents {
  publication(channel: string, data: unknown): void
  recovered(recovered: Recovered): void
}

/** The publications of one channel: how far it has come, and how many an interruption held back. */
export class Feed {
  /** Where a new subscription goes on. */
  position: StreamPosition | undefined
  #wasSubscribed = false
  #count = 0
  readonly #channel: string
  readonly #events: FeedEvents

  constructor(channel: string, events: FeedEvents) {
    this.#channel = channel
    this.#events = events
  }

  readonly subscribed = (context: {
    readonly recovered: boolean
    readonly streamPosition?: StreamPosition
  }): void => {
    this.position = context.streamPosition
    this.#count = 0
    if (this.#wasSubscribed) {
      // The client delivers what was recovered in the same turn, right after it says "subscribed".
      queueMicrotask(() => {
        const { recovered: complete } = context
        this.#events.recovered({ channel: this.#channel, missed: this.#count, complete })
      })
    }
    this.#wasSubscribed = true
  }

  /** The next time that it is subscribed is not after an interruption. */
  pause(): void {
    this.#wasSubscribed = false
  }

  readonly published = ({ data, offset }: { readonly data: unknown; readonly offset?: number }) => {
    this.#count++
    if (this.position && offset) this.position.offset = offset
    this.#events.publication(this.#channel, data)
  }
}
