import type { Payload } from "../payload.js"
import type { ProcessUsage } from "../process/process-usage.js"

/** The one channel that everybody subscribes to. */
export const CHANNEL = "bench"

/** A server pings after so long, in milliseconds: not within a phase, as a plain `ws` server never does. */
export const PING_INTERVAL = 300_000

/** A server under load. */
export interface Peer {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number
  /** Of the process that serves. */
  readonly usage: ProcessUsage
  /** Sends each payload, in order, to every subscriber. A promise is awaited before the next call. */
  publish(payloads: readonly Payload[]): void | Promise<void>
  /** Stops what would outlive this process. */
  close?(): Promise<void>
}
