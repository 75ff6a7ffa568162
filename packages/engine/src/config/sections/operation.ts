import { z } from "zod"
import { choice, count, duration, flag, path, port, text } from "../value-kinds.js"

const portText = z
  .union([z.string(), z.number()], { error: "must be a port" })
  .transform(Number)
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= 65_535, {
    error: "must be a port, from 1 to 65535",
  })
  .prefault("")

/** How it is run and watched, by sections. */
export const operation = {
  http_server: z
    .strictObject({
      /** The interface to listen on; empty for all. */
      address: text(),
      /** The port to listen on. */
      port: port(8_000),
      /** The interface for what isn't for the public (API, metrics, health); empty for `address`. */
      internal_address: text(),
      /** The port for what isn't for the public; 0 for the same as `port`. */
      internal_port: portText,
      /** Ours: how many handshakes may wait in a crowd. */
      accept_queue_size: count(1_024),
    })
    .prefault({}),
  http_api: z
    .strictObject({
      /** Serves it not. */
      disabled: flag,
      /** Where. */
      handler_prefix: path("/api"),
      /** The key that a request must have. */
      key: text(),
      /** How errors are answered: in the body with status 200, or `transport`, as statuses. */
      error_mode: choice(["transport"], ""),
      /** Serves it to the public, also with an internal port. */
      external: flag,
      /** Asks for no key. */
      insecure: flag,
    })
    .prefault({}),
  log: z
    .strictObject({
      /** The least that is logged. */
      level: choice(["trace", "debug", "info", "warn", "error", "fatal", "none"], "info"),
      /** The file to write to; empty for the standard output. */
      file: text(),
    })
    .prefault({}),
  prometheus: z
    .strictObject({
      /** Serves metrics. */
      enabled: flag,
      /** Where. */
      handler_prefix: path("/metrics"),
      /** Counts HTTP requests by their status. */
      instrument_http_handlers: flag,
      /** Measures how many publications recoveries take. */
      recovered_publications_histogram: flag,
    })
    .prefault({}),
  health: z
    .strictObject({
      /** Answers whether the server lives. */
      enabled: flag,
      /** Where. */
      handler_prefix: path("/health"),
    })
    .prefault({}),
  node: z
    .strictObject({
      /** What this server is called; empty for host and port. */
      name: text(),
      /** How often the figures of `info` are added up, in milliseconds. */
      info_metrics_aggregate_interval: duration("1m0s"),
    })
    .prefault({}),
  shutdown: z
    .strictObject({
      /** How long a goodbye may take, in milliseconds. */
      timeout: duration("30s"),
    })
    .prefault({}),
  /** A file to write the process's id to; empty for none. */
  pid_file: text(),
  usage_stats: z
    .strictObject({
      /** This engine sends none: any value is taken. */
      disabled: flag,
    })
    .prefault({}),
  broker: z
    .strictObject({
      /** Takes the broker of this section; without it, the memory's. */
      enabled: flag,
      /** Where history is kept: in this process, or (ours) in a file that outlives it. */
      type: choice(["memory", "disk"], "memory"),
      disk: z
        .strictObject({
          /** Ours: the SQLite file; a relative one is beside the configuration, or in `INSTANT_HOME`. */
          path: text("history.sqlite"),
        })
        .prefault({}),
    })
    .prefault({}),
  presence_manager: z
    .strictObject({
      /** Takes the presence manager of this section, which is the memory's, as without it. */
      enabled: flag,
    })
    .prefault({}),
}
