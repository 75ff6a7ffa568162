import type { BrokerListener } from "../broker.js"
import type { Stream } from "../stream.js"
import type { DiskStore } from "./disk-store.js"

/** How many streams are told of at once, so that publications needn't wait for long. */
const PORTION = 2_000

/** What a sweep works on. */
export interface SweepOptions {
  readonly streams: Map<string, Stream>
  readonly store: DiskStore
  readonly listener: BrokerListener | undefined
  /** Whether the file is told of all streams that are in use, and not only of those that leave the memory. */
  readonly tellsAll: boolean
}

/**
 * Takes streams out of memory that nobody uses, and out of the file what nobody will ask for. Those that are
 * in use are said to be now and then, for the file knows only of publications.
 */
export async function sweepStreams(options: SweepOptions): Promise<void> {
  const { streams, store, listener, tellsAll } = options
  const now = Date.now()
  const used: { channel: string; forgottenAt: number }[] = []
  for (const [channel, stream] of streams) {
    if (listener?.isSubscribed(channel)) stream.hold(now)
    const leaves = stream.isForgotten(now) || stream.isIdle(now)
    if (leaves) streams.delete(channel)
    if (leaves || tellsAll) used.push({ channel, forgottenAt: stream.forgottenAt })
  }
  do await store.sweep({ now, streams: used.splice(0, PORTION) })
  while (used.length > 0)
}
