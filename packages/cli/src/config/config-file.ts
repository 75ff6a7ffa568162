import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import {
  applyEnvironment,
  checkConfig,
  type EngineConfig,
  type EngineConfigInput,
  type JsonObject,
  loadConfigFile,
  readConfig,
} from "@instant-ws/engine"
import { CliError } from "../cli-error.js"

/** A configuration of the engine from a file, with what the environment says; it is checked. */
export interface ConfigFile {
  /** As it is written. */
  readonly input: EngineConfigInput
  /** With the defaults. */
  readonly config: EngineConfig
  /** A sentence for each variable of the environment that looks like a key and is none. */
  readonly warnings: readonly string[]
}

/**
 * Reads and checks a configuration.
 * @throws CliError when there is no file.
 * @throws ConfigError that names every mistake.
 */
export async function readConfigFile(file: string): Promise<ConfigFile> {
  const { config: written, warnings } = applyEnvironment(await loadConfig(file), process.env)
  checkConfig(written)
  const input: EngineConfigInput = written
  const config = readConfig(input)
  const disk = { path: historyPath(file, config) }
  return {
    input: { ...input, broker: { ...input.broker, disk } },
    config: { ...config, broker: { ...config.broker, disk } },
    warnings,
  }
}

/** A relative path is in the home that `INSTANT_HOME` names, else beside the configuration. */
function historyPath(file: string, { broker }: EngineConfig): string {
  return resolve(process.env.INSTANT_HOME || dirname(file), broker.disk.path)
}

/**
 * What a configuration file holds, not yet checked.
 * @throws CliError when there is no file.
 * @throws ConfigError when it can't be read, or isn't a JSON object.
 */
export async function loadConfig(file: string): Promise<JsonObject> {
  if (existsSync(file)) return loadConfigFile(file)
  const option = file === "config.json" ? "" : ` --config ${file}`
  throw new CliError(
    `There is no ${file}: write one with "instant genconfig${option}", or name another with --config`,
  )
}
