import type { TokenVerifier } from "@instant-ws/protocol"
import type { Logger } from "pino"
import type { Attendance } from "./backend/attendance.js"
import type { Backend } from "./backend/backend.js"
import type { Broker } from "./broker/broker.js"
import type { Hub } from "./channel/hub.js"
import type { Membership } from "./channel/membership.js"
import type { ChannelCatalog } from "./channel/options.js"
import type { Publisher } from "./channel/publisher.js"
import type { EngineConfig } from "./config/schema.js"
import type { QueueOptions } from "./delivery/session-queue.js"
import type { TransportName } from "./delivery/transport-name.js"
import type { CodeCounts, ReplyErrors } from "./metrics/code-counts.js"
import type { Metrics } from "./metrics/metrics.js"
import type { PresenceManager } from "./presence/presence.js"
import type { OperationLimits } from "./session/operation-limits.js"
import type { TimingWheel } from "./timing-wheel.js"
import type { Invalidations } from "./tokens/invalidations.js"

/** What one running engine is made of: everything that its sessions and its API work with. */
export interface Node {
  /** Names this node among others; new at every start. */
  readonly uid: string
  readonly config: EngineConfig
  readonly channels: ChannelCatalog
  readonly hub: Hub
  readonly broker: Broker
  readonly publisher: Publisher
  readonly presence: PresenceManager
  readonly membership: Membership
  readonly tokens: TokenVerifier
  /** What {@link tokens} refuses although it is signed well. */
  readonly invalidations: Invalidations
  readonly backend: Backend
  /** Undefined where no hook asks who comes and goes. */
  readonly attendance: Attendance | undefined
  readonly queues: Readonly<Record<TransportName, QueueOptions>>
  /** Undefined where none is set. */
  readonly limits: OperationLimits | undefined
  readonly wheel: TimingWheel
  readonly log: Logger
  /** The commands that were answered with an error. */
  readonly replyErrors: ReplyErrors
  /** The connections that this node has ended. */
  readonly disconnects: CodeCounts
  /** Undefined where nobody asks for them. */
  readonly metrics: Metrics | undefined
}

/** What clients are told in the connect reply. */
export const VERSION = "0.1.0"
