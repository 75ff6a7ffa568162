import type { BrokerListener, BrokerPublication, HistoryOptions } from "./broker.js"
import type { Stream, StreamHead } from "./stream.js"

/** A publication that its channel keeps. */
export type KeptPublication = BrokerPublication & { readonly history: HistoryOptions }

/** Whether a publication is kept. */
export function isKept(publication: BrokerPublication): publication is KeptPublication {
  return publication.history !== undefined
}

/** Where a publication goes, and when (Unix time in milliseconds). */
export interface Destination {
  readonly channel: string
  readonly stream: Stream
  /** What the head of the stream is to be. */
  readonly head: StreamHead
  readonly now: number
  readonly listener: BrokerListener | undefined
}

/** Appends a publication to its stream, and tells the listener. */
export function append(
  { channel, stream, head, now, listener }: Destination,
  publication: KeptPublication,
): void {
  const { data, info, tags, history, delta, version } = publication
  const previous = delta ? stream.last(now) : undefined
  const { offset } = head
  stream.append({ data, info, tags }, { ...history, head }, now)
  const told = version > 0 ? version : undefined
  const { epoch } = stream
  listener?.onPublication(channel, { offset, data, info, tags, version: told }, { epoch, previous })
}

/** Tells the listener of a publication that its channel doesn't keep. */
export function pass(
  channel: string,
  { data, info, tags }: BrokerPublication,
  listener: BrokerListener | undefined,
): void {
  listener?.onPublication(channel, { offset: 0, data, info, tags }, UNCOUNTED)
}

const UNCOUNTED = { epoch: "" }
