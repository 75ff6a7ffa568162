import { type Disconnect, disconnects } from "@instant-ws/protocol"

/** Whom to say goodbye to. */
export interface Leaver {
  disconnect(disconnect: Disconnect): void
}

/** So many are told at once: as many as come back in one go without a crowd. */
const AT_ONCE = 100
/** How many are told in a second, unless that takes too long. */
const RATE = 1_000
/** How often some are told, in milliseconds. */
const SLICE = 50

/**
 * Tells sessions that the server shuts down, spread over time, so that the servers they come back to
 * don't meet them all at once. Those who aren't told yet are served as ever.
 */
export class Goodbyes {
  readonly #open: ReadonlySet<Leaver>
  readonly #timer: NodeJS.Timeout
  readonly #perSlice: number

  /**
   * @param open Who is there; who has left is no longer in it.
   * @param within The longest that it may take until the last is told, in milliseconds.
   */
  constructor(open: ReadonlySet<Leaver>, within: number) {
    const slices = Math.max(Math.floor(within / SLICE), 1)
    this.#open = open
    this.#perSlice = Math.max(Math.ceil(open.size / slices), (RATE * SLICE) / 1_000)
    this.#timer = setInterval(() => this.#tell(this.#perSlice), SLICE)
    this.#tell(AT_ONCE)
  }

  /** Tells all who aren't told yet, now. */
  hurry(): void {
    this.#tell(this.#open.size)
  }

  #tell(count: number): void {
    let left = count
    for (const session of this.#open) {
      if (left-- === 0) return
      session.disconnect(disconnects.shutdown)
    }
    clearInterval(this.#timer)
  }
}
