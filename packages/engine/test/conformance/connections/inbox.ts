import { Arrivals } from "../arrivals.js"
import { DeltaPayloads } from "../delta-payloads.js"
import type { Json } from "../json.js"
import type { Wire } from "../wire.js"

/** How a connection ended: by a websocket's close frame, or as a stream. */
export type Ending = { readonly code: number; readonly reason: string } | { readonly eof: true }

/** A message as it came. */
export interface Received {
  readonly message: Json
  /** It came in a compressed websocket frame. */
  readonly isCompressed: boolean
}

/** What a connection has got, message by message, and how it ended. */
export class Inbox {
  readonly #arrivals = new Arrivals<Received>()
  readonly #deltas: DeltaPayloads
  #ending: Ending | undefined

  constructor(wire: Wire) {
    this.#deltas = new DeltaPayloads(wire)
  }

  /** How the connection has ended; undefined while it is open. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  /** The messages that nobody has taken yet. */
  get unread(): readonly Received[] {
    return this.#arrivals.waiting
  }

  /** Remembers what was subscribed to. */
  sent(commands: readonly Json[]): void {
    this.#deltas.sent(commands)
  }

  add(message: Json, isCompressed: boolean): void {
    this.#arrivals.add({ message: this.#resolved(message), isCompressed })
  }

  /** Marks the connection as ended; only the first time counts. */
  end(ending: Ending): void {
    this.#ending ??= ending
    this.#arrivals.changed()
  }

  /** Up to `count` messages: all when they come in time, fewer when not, or when it ends before. */
  async take(count: number, milliseconds: number): Promise<readonly Received[]> {
    const isThere = () => this.unread.length >= count || this.#ending !== undefined
    await this.#arrivals.until(isThere, milliseconds)
    return this.#arrivals.take(count)
  }

  /** Drops what is unread. */
  clear(): void {
    this.#arrivals.take(this.unread.length)
  }

  /** Waits for the end, so many milliseconds at most. */
  async ended(milliseconds: number): Promise<Ending | undefined> {
    await this.#arrivals.until(() => this.#ending !== undefined, milliseconds)
    return this.#ending
  }

  #resolved(message: Json): Json {
    try {
      return this.#deltas.resolved(message)
    } catch (error) {
      return { $delta_error: String(error), message }
    }
  }
}
