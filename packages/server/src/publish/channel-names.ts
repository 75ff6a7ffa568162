import { possibleNames } from "../channels/channel-name.js"
import type { ChannelStore } from "../channels/channel-store.js"

/** How long names are remembered, in milliseconds: what another process changes is seen after that. */
const MEMORY = 5_000

/** Finds the channel that is meant by a name: `lobby` is `$lobby` when that is the one there is. */
export class ChannelNames {
  readonly #channels: ChannelStore
  #names: Promise<ReadonlySet<string>> | undefined
  #loadedAt = 0

  constructor(channels: ChannelStore) {
    this.#channels = channels
    channels.onChange(() => this.#forget())
  }

  /** The name to publish to. A name that no channel has stands for itself. */
  async resolve(name: string): Promise<string> {
    const known = await this.#current()
    return possibleNames(name).find((each) => known.has(each)) ?? name
  }

  #current(): Promise<ReadonlySet<string>> {
    if (this.#names !== undefined && Date.now() - this.#loadedAt < MEMORY) return this.#names
    const names = this.#load()
    this.#names = names
    this.#loadedAt = Date.now()
    // Who waits is told of a failure; the next one asks again.
    names.catch(() => this.#forget())
    return names
  }

  async #load(): Promise<ReadonlySet<string>> {
    return new Set(await this.#channels.names())
  }

  #forget(): void {
    this.#names = undefined
  }
}
