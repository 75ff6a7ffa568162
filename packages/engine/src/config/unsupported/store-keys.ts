import type { JsonObject } from "../json.js"
import { tls } from "./tls.js"

/** Where Redis is, in every section that may use it. */
export const redis = {
  prefix: "centrifugo",
  address: ["redis://127.0.0.1:6379"],
  connect_timeout: "1s",
  io_timeout: "4s",
  db: 0,
  user: "",
  password: "",
  client_name: "",
  force_resp2: false,
  cluster_address: [],
  tls,
  sentinel_address: [],
  sentinel_user: "",
  sentinel_password: "",
  sentinel_master_name: "",
  sentinel_client_name: "",
  sentinel_tls: tls,
  replica_client: { enabled: false },
} satisfies JsonObject

/** History in Redis. */
export const redisHistory = { history_use_lists: false } satisfies JsonObject

/** Presence in Redis. */
export const redisPresence = {
  presence_ttl: "1m0s",
  presence_hash_field_ttl: false,
  presence_user_mapping: false,
} satisfies JsonObject

/** Where NATS is. */
export const nats = {
  prefix: "centrifugo",
  url: "nats://localhost:4222",
  dial_timeout: "1s",
  write_timeout: "1s",
  tls,
  allow_wildcards: false,
  raw_mode: { enabled: false, channel_replacements: {}, prefix: "" },
} satisfies JsonObject

/** Where PostgreSQL is, in every section that may use it. */
export const postgres = {
  dsn: "",
  tls,
  pool_size: 16,
  num_shards: 8,
  use_notify: false,
  notify_dsn: "",
  table_prefix: "cf",
  skip_schema_init: false,
  partition_lookahead_days: 2,
  partition_retention_days: 7,
} satisfies JsonObject

/** Streams and maps in PostgreSQL. */
export const postgresOutbox = {
  cleanup_interval: "1m0s",
  idempotent_result_ttl: "5m0s",
  binary_data: false,
  stream_retention: "24h0m0s",
  outbox: { poll_interval: "100ms", batch_size: 1_000 },
} satisfies JsonObject
