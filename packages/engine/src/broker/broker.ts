import type { ClientInfo, Payload } from "@instant-ws/protocol"

/** Where a stream stands: offsets count from 1 within an epoch, and a new epoch starts over. */
export interface StreamPosition {
  readonly offset: number
  readonly epoch: string
}

/** A publication as brokers keep it. */
export interface StoredPublication {
  /** 0 in a channel without history. */
  readonly offset: number
  readonly data: Payload
  readonly info?: ClientInfo | undefined
  readonly tags?: ReadonlyMap<string, string> | undefined
  /** Told to live subscribers, and not kept. */
  readonly version?: number | undefined
}

/** What is to be published, and how. Durations in milliseconds. */
export interface BrokerPublication {
  readonly data: Payload
  readonly info?: ClientInfo | undefined
  readonly tags?: ReadonlyMap<string, string> | undefined
  /** Whether the publication before it is wanted with it, so that a delta can be made. */
  readonly delta: boolean
  /** A publication with a lower or the same version is not made; 0 has none. */
  readonly version: number
  /** Versions count anew when it changes. */
  readonly versionEpoch: string
  /** Empty: every publication is a new one. */
  readonly idempotencyKey: string
  /** Absent: the publication is delivered and not kept. */
  readonly history?: HistoryOptions | undefined
}

/** How long a channel keeps how much. Durations in milliseconds. */
export interface HistoryOptions {
  /** Publications; older ones go. */
  readonly size: number
  /** All publications go so long after the last one. */
  readonly ttl: number
  /** The position itself is forgotten so long after the last use; then a new epoch begins. */
  readonly metaTtl: number
}

/** Which part of a stream is asked for. */
export interface HistoryFilter {
  /** Only what came after this position. */
  readonly since?: StreamPosition
  /** At most so many publications; 0 asks for the position alone, absent for all. */
  readonly limit?: number
  readonly reverse?: boolean
  /** Keeps the position alive for so long, in milliseconds. */
  readonly metaTtl: number
}

/** A part of a stream, and where the whole stream stands. */
export interface StreamPart {
  readonly publications: readonly StoredPublication[]
  readonly position: StreamPosition
}

/** What a broker made of a publication. */
export interface BrokerResult {
  /** Absent in a channel without history. */
  readonly position?: StreamPosition
  /** Whether nothing was published, as the idempotency key or the version was known already. */
  readonly isRepeated: boolean
}

/** What a publication comes with on its way to the subscribers. */
export interface Origin {
  /** The epoch of the stream; empty in a channel without history. */
  readonly epoch: string
  /** The publication before it, where it was asked for and is kept. */
  readonly previous?: StoredPublication | undefined
}

/** Receives what happens in the channels that this node listens to, in each channel's order. */
export interface BrokerListener {
  onPublication(channel: string, publication: StoredPublication, origin: Origin): void
  /** Somebody has subscribed. */
  onJoin(channel: string, client: ClientInfo): void
  /** A subscription has ended. */
  onLeave(channel: string, client: ClientInfo): void
  /** Whether anybody on this node is subscribed. */
  isSubscribed(channel: string): boolean
}

/**
 * Carries publications between nodes and keeps channels' history. Within a channel everyone sees the
 * same publications in the same order, and offsets without gaps. A publish is resolved when it is as
 * safe as this broker makes it; the listener of the publishing node has been called before that.
 */
export interface Broker {
  /** Resolves when what was kept can be used; what is asked before waits for it. Rejects when it can't. */
  readonly ready: Promise<void>
  /** Requests that wait for the broker now. */
  readonly waiting: number
  /** Called once, before all else. */
  listen(listener: BrokerListener): void
  publish(channel: string, publication: BrokerPublication): Promise<BrokerResult>
  publishJoin(channel: string, client: ClientInfo): Promise<void>
  publishLeave(channel: string, client: ClientInfo): Promise<void>
  /** Forgets what a channel keeps; its position stays. */
  removeHistory(channel: string): Promise<void>
  /**
   * Reads a stream; an unknown channel has an empty one with a new epoch.
   * @throws ProtocolError 112 when `since` is of another epoch.
   */
  history(channel: string, filter: HistoryFilter): Promise<StreamPart>
  close(): Promise<void>
}
