import type { Engine, PublishResult } from "@instant-ws/engine"
import type { ProtocolError } from "@instant-ws/protocol"
import type { WrittenRevocation } from "../revocation/revocation-log.js"

/** Something to publish, its data as clients will get it. */
export interface Publication {
  readonly channel: string
  /** Any JSON. */
  readonly data: unknown
  /** A second publication with the same key within 5 minutes is answered as the first, and not sent. */
  readonly idempotencyKey?: string | undefined
}

/** A connection that is subscribed to a channel. */
export interface Member {
  /** The id of the connection. */
  readonly client: string
  /** The id of its user; empty for an anonymous visitor. */
  readonly user: string
}

/** Where a channel's history stands: offsets count from 1 within an epoch. */
export interface Position {
  readonly offset: number
  readonly epoch: string
}

/** Which part of a channel's history is read. */
export interface HistoryRequest {
  /** At most so many publications; 0 asks for the position alone. @default all that is kept */
  readonly limit?: number | undefined
  /** Only what came after this position; before it in reverse. */
  readonly since?: Position | undefined
  /** The newest first. @default false */
  readonly reverse?: boolean | undefined
}

/** What a channel keeps of one publication. */
export interface KeptPublication {
  readonly offset: number
  /** What was published: the envelope of an event. */
  readonly data: unknown
}

/** A part of a channel's history, and where the whole stands. */
export interface History {
  readonly publications: readonly KeptPublication[]
  readonly position: Position
}

/** Whose connections are meant: all of a user's, or one of them. */
export interface Target {
  readonly user: string
  /** One connection, by its id. @default all of the user's */
  readonly client?: string | undefined
}

/**
 * What Instant asks of its engine, in this process or elsewhere. Each call throws a ProtocolError when the
 * engine refuses, and an EngineError when an engine elsewhere can't be asked.
 */
export interface EngineLink {
  /** The engine when it runs in this process. */
  readonly embedded: Engine | undefined
  /** Resolves when the engine can be used. */
  readonly ready: Promise<void>
  publish(publication: Publication): Promise<PublishResult>
  /** Publishes in order; each has its own result or refusal. */
  publishMany(
    publications: readonly Publication[],
  ): Promise<readonly (PublishResult | ProtocolError)[]>
  /** Who is in a channel. */
  presence(channel: string): Promise<readonly Member[]>
  history(channel: string, request?: HistoryRequest): Promise<History>
  /** How many connections are subscribed to each channel that has one. */
  channels(): Promise<ReadonlyMap<string, number>>
  /** Ends the subscription of connections to a channel, and tells them. */
  unsubscribe(target: Target, channel: string): Promise<void>
  /** Ends connections, which don't come back by themselves. */
  disconnect(target: Target): Promise<void>
  /**
   * Refuses the tokens from before a revocation. An engine elsewhere refuses all those of the user, also for
   * other channels; of a channel it can't, nor can Centrifugo at all: there they run out by themselves.
   */
  takeBack(revocation: WrittenRevocation): Promise<void>
  /** Resolves when the engine answers. */
  answers(): Promise<void>
  close(): Promise<void>
}
