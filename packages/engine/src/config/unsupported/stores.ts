import { nats, postgres, postgresOutbox, redis, redisHistory, redisPresence } from "./store-keys.js"
import { memoryOnly, notEnabled } from "./switches.js"
import type { Unsupported } from "./unsupported.js"

/** Stores and nodes other than this process. */
export const unsupportedStores: readonly Unsupported[] = [
  {
    at: ["engine"],
    thing: "the Redis engine",
    instead: "keep history and presence in memory",
    keys: { type: "memory", redis: { ...redis, ...redisHistory, ...redisPresence } },
    offBy: memoryOnly,
  },
  {
    at: ["broker"],
    thing: "brokers on Redis, NATS and PostgreSQL",
    instead: 'keep history in memory, or in a file with the type "disk"',
    keys: {
      type: "memory",
      redis: { ...redis, ...redisHistory },
      nats,
      redisnats: { redis: { ...redis, ...redisHistory }, nats },
      postgres: { ...postgres, ...postgresOutbox },
    },
    offBy: { type: ["memory", "disk"], ...notEnabled },
  },
  {
    at: ["presence_manager"],
    thing: "presence on Redis",
    instead: "keep presence in memory",
    keys: { type: "memory", redis: { ...redis, ...redisPresence } },
    offBy: { ...memoryOnly, ...notEnabled },
  },
  {
    at: ["map_broker"],
    thing: "map subscriptions",
    instead: "use stream subscriptions",
    keys: {
      type: "memory",
      redis: {
        ...redis,
        cleanup_interval: "1s",
        cleanup_batch_size: 100,
        idempotent_result_ttl: "5m0s",
        skip_pub_sub: false,
      },
      postgres: { ...postgres, ...postgresOutbox, ttl_check_interval: "1s" },
    },
    offBy: memoryOnly,
  },
  {
    at: ["controller"],
    thing: "a controller for several nodes",
    instead: "run one node",
    keys: {
      enabled: false,
      type: "",
      postgres: {
        ...postgres,
        pool_size: 8,
        num_shards: 1,
        poll_interval: "50ms",
        partition_retention_days: 1,
        partition_cleanup_interval: "1m0s",
        batch_size: 1_000,
      },
    },
    offBy: notEnabled,
  },
]
