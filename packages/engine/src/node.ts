import type { TokenVerifier } from "@instant-ws/protocol"
import type { Logger } from "pino"
import type { Broker } from "./broker/broker.js"
import type { Hub } from "./channel/hub.js"
import type { ChannelCatalog } from "./channel/options.js"
import type { Publisher } from "./channel/publisher.js"
import type { EngineConfig } from "./config/schema.js"
import type { QueueOptions } from "./delivery/session-queue.js"
import type { TimingWheel } from "./timing-wheel.js"

/** What one running engine is made of: everything that its sessions and its API work with. */
export interface Node {
  readonly config: EngineConfig
  readonly channels: ChannelCatalog
  readonly hub: Hub
  readonly broker: Broker
  readonly publisher: Publisher
  readonly tokens: TokenVerifier
  readonly queue: QueueOptions
  readonly wheel: TimingWheel
  readonly log: Logger
}

/** What clients are told in the connect reply. */
export const VERSION = "0.1.0"
