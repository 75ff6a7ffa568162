import { createLog, type EngineConfig } from "@instant-ws/engine"
import type { Logger } from "pino"
import { CliError } from "../cli-error.js"
import { readConfigFile } from "../config/config-file.js"
import { openDoors, weakSecrets } from "../config/risks.js"
import { runEngine } from "../serving/run-engine.js"

/** What `instant serve` is asked. */
export interface ServeOptions {
  /** The configuration file. */
  readonly config: string
  /** Instead of the port of the file; 0 takes a free one. */
  readonly port?: number
  /** Instead of the interface of the file; empty for all. */
  readonly address?: string
}

/**
 * Serves the engine alone, as a configuration file says, until SIGINT or SIGTERM.
 * @throws CliError when a file or a place to listen can't be had, and for secrets in production that
 * are easy to guess.
 * @throws ConfigError that names every mistake in the configuration.
 */
export async function serve({ config: file, port, address }: ServeOptions): Promise<void> {
  const { input, config, warnings } = await readConfigFile(file)
  const weak = weakSecrets(config)
  if (weak.length > 0 && process.env.NODE_ENV === "production") throw new CliError(weak.join("\n"))
  const log = openLog(config.log)
  for (const warning of [...warnings, ...weak, ...openDoors(config)]) log.warn(warning)
  const { http_server } = config
  const place = { port: port ?? http_server.port, address: address ?? http_server.address }
  await runEngine({ input, config, log, place })
}

function openLog(options: EngineConfig["log"]): Logger {
  try {
    return createLog(options)
  } catch (cause) {
    const { message } = cause instanceof Error ? cause : new Error(String(cause))
    throw new CliError(message, { cause })
  }
}
