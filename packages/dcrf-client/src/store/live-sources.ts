import type { Live } from "./live-state.js"
import { RowsSource, type SourceOptions } from "./rows-source.js"

/** The sources that somebody listens to: one for all who ask for the same. */
export class LiveSources<State> {
  readonly #sources = new Map<string, RowsSource<State>>()
  readonly #initial: State
  readonly #linger: number

  /**
   * @param initial the state of what nobody listens to
   * @param linger how long a source is kept after its last listener, in milliseconds
   */
  constructor(initial: State, linger: number) {
    this.#initial = initial
    this.#linger = linger
  }

  /** @param key what is the same for those who ask for the same */
  live(key: string, options: SourceOptions<State>): Live<State> {
    return {
      initial: this.#initial,
      get: () => this.#sources.get(key)?.state ?? this.#initial,
      subscribe: (listener) => {
        const source = this.#sources.get(key) ?? new RowsSource(options)
        this.#sources.set(key, source)
        const off = source.add(listener)
        return () => {
          off()
          // A listener that comes back at once finds everything as it was.
          setTimeout(() => this.#endUnheard(key, source), this.#linger)
        }
      },
    }
  }

  #endUnheard(key: string, source: RowsSource<State>): void {
    if (source.isHeard || this.#sources.get(key) !== source) return
    this.#sources.delete(key)
    source.end()
  }
}
