import {
  applyEnvironment,
  checkConfig,
  type JsonObject,
  migrateFlatConfig,
} from "@instant-ws/engine"
import { loadConfig } from "../config/config-file.js"
import { configText, writeConfig } from "../config/write-config.js"

/** What `instant checkconfig` is asked. */
export interface CheckConfigOptions {
  /** The file to check. */
  readonly config: string
  /** Writes it in the v6 layout instead: to a new file, or to the standard output if there is no name. */
  readonly migrate?: string | true
}

/**
 * Checks a configuration file, and what the environment lays over it.
 * @throws CliError when there is no file.
 * @throws ConfigError that names every mistake.
 */
export async function checkConfigFile({
  config: file,
  migrate,
}: CheckConfigOptions): Promise<void> {
  const source = await loadConfig(file)
  if (migrate !== undefined) return migrateFile(source, migrate)
  const { config, warnings } = applyEnvironment(source, process.env)
  for (const warning of warnings) console.error(warning)
  checkConfig(config)
  console.log(`${file} is right`)
}

async function migrateFile(source: JsonObject, target: string | true): Promise<void> {
  const { config, notes } = migrateFlatConfig(source)
  for (const note of notes) console.error(note)
  if (target === true) process.stdout.write(configText(config))
  else await writeConfig(target, config)
  checkConfig(config)
}
