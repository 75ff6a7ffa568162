export {
  signConnectionToken,
  signSubscriptionToken,
  TokenError,
  tokenVerifier,
  weaknessesOf,
} from "@instant-ws/protocol"
export type { ConnectionInfo, ConnectionPage, ConnectionsOptions } from "./api/connection-list.js"
export type {
  ConnectionTarget,
  RefreshOptions,
} from "./api/connections.js"
export type {
  EngineStats,
  HistoryOptions,
  InvalidateOptions,
  PublishOptions,
  PublishResult,
} from "./api/server-api.js"
export type {
  ChannelEvent,
  ClientEvent,
  ConnectingEvent,
  ConnectingResult,
  ConnectingSubscription,
  DisconnectEvent,
  ExpiryResult,
  Hooks,
  MembershipEvent,
  PublishResult as PublishDecision,
  RpcEvent,
  SubscribeResult,
  UserEvent,
} from "./backend/hooks.js"
export type { StoredPublication, StreamPart, StreamPosition } from "./broker/broker.js"
export { DiskError } from "./broker/disk/disk-store.js"
export { ConfigError, checkConfig, type Mistake, readConfig } from "./config/config.js"
export { loadConfigFile } from "./config/config-file.js"
export { parseDuration } from "./config/duration.js"
export { applyEnvironment, type Environment, type Overridden } from "./config/environment.js"
export { type Migration, migrateFlatConfig } from "./config/flat.js"
export type { Json, JsonObject } from "./config/json.js"
export type { EngineConfig, EngineConfigInput } from "./config/schema.js"
export {
  createEngine,
  type Engine,
  type EngineOptions,
  type EngineSubscribeOptions,
} from "./engine.js"
export { isBodyTooLong } from "./limit-body.js"
export { createLog } from "./log.js"
export { peerAddress } from "./peer-address.js"
export type { PresenceStats, PresentClient } from "./presence/presence.js"
export type { Peer, RequestEnvironment } from "./request-environment.js"
export type { TakesBack } from "./tokens/invalidations.js"
