import type { Payload } from "../payload.js"
import type { ProcessUsage } from "../process/process-usage.js"

/** A server pings after so long, in milliseconds: not within a phase, as a plain `ws` server never does. */
export const PING_INTERVAL = 300_000

/** One publication to be sent. */
export interface OutgoingPublication {
  readonly channel: string
  readonly data: Payload
}

/** A server under load. */
export interface Peer {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number
  /** Of the process that serves. */
  readonly usage: ProcessUsage
  /** Sends each, in order, to the subscribers of its channel. A promise is awaited before the next call. */
  publish(publications: readonly OutgoingPublication[]): void | Promise<void>
  /** Kills the process that serves as a crash would, and starts it anew at the same port. */
  crash?(): Promise<void>
  /** Stops what would outlive this process. */
  close?(): Promise<void>
}
