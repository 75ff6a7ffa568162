export type {
  ConnectionTarget,
  EngineStats,
  PublishOptions,
  PublishResult,
} from "./api/server-api.js"
export type { StreamPosition } from "./broker/broker.js"
export { ConfigError, readConfig } from "./config/config.js"
export { parseDuration } from "./config/duration.js"
export type { EngineConfig, EngineConfigInput } from "./config/schema.js"
export { createEngine, type Engine, type EngineOptions } from "./engine.js"
