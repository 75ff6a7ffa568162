import type { Live } from "./live-state.js"
import { RowsSource, type SourceOptions } from "./rows-source.js"

/** Gives what is live by a key, which is the same for those who ask for the same. */
export type LiveSources<State> = (key: string, options: SourceOptions<State>) => Live<State>

/**
 * Makes one source for all who ask for the same, while somebody listens.
 * @param initial the state of what nobody listens to
 * @param linger how long a source is kept after its last listener, in milliseconds
 */
export function createLiveSources<State>(initial: State, linger: number): LiveSources<State> {
  const sources = new Map<string, RowsSource<State>>()
  return (key, options) => ({
    initial,
    get: () => sources.get(key)?.state ?? initial,
    subscribe(listener) {
      const source = sources.get(key) ?? new RowsSource(options)
      sources.set(key, source)
      const off = source.add(listener)
      return () => {
        off()
        // A listener that comes back at once finds everything as it was.
        setTimeout(() => {
          if (source.isHeard || sources.get(key) !== source) return
          sources.delete(key)
          source.end()
        }, linger)
      }
    },
  })
}
