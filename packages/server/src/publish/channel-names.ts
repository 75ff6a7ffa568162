import { possibleNames } from "../channels/channel-name.js"
import type { ChannelStore } from "../channels/channel-store.js"
import type { SiteTransaction } from "../outbox/site-transaction.js"

/** How long names are remembered, in milliseconds: what another process changes is seen after that. */
const MEMORY = 5_000

interface Known {
  readonly names: ReadonlySet<string>
  readonly loadedAt: number
}

/** Finds the channel that is meant by a name: `lobby` is `$lobby` when that is the one there is. */
export class ChannelNames {
  readonly #channels: ChannelStore
  #known: Known | undefined
  #loading: Promise<ReadonlySet<string>> | undefined

  constructor(channels: ChannelStore) {
    this.#channels = channels
    channels.onChange(() => this.#forget())
  }

  /**
   * The name to publish to. A name that no channel has stands for itself.
   * @param transaction of the site's own, which is under way: it may have the only connection
   */
  async resolve(name: string, transaction?: SiteTransaction): Promise<string> {
    const known = await this.#current(transaction)
    return possibleNames(name).find((each) => known.has(each)) ?? name
  }

  async #current(transaction: SiteTransaction | undefined): Promise<ReadonlySet<string>> {
    if (this.#known !== undefined && Date.now() - this.#known.loadedAt < MEMORY) {
      return this.#known.names
    }
    if (transaction !== undefined) return new Set(await this.#channels.names(transaction))
    this.#loading ??= this.#load()
    return this.#loading
  }

  #load(): Promise<ReadonlySet<string>> {
    const loadedAt = Date.now()
    const loading = this.#channels.names().then((names) => new Set(names))
    loading.then(
      (names) => this.#loaded(loading, { names, loadedAt }),
      // Who waits is told of a failure; the next one asks again.
      () => this.#loaded(loading, undefined),
    )
    return loading
  }

  #loaded(loading: Promise<ReadonlySet<string>>, known: Known | undefined): void {
    // What was asked for before a change is of no use.
    if (this.#loading !== loading) return
    this.#known = known
    this.#loading = undefined
  }

  #forget(): void {
    this.#known = undefined
    this.#loading = undefined
  }
}
