import { z } from "zod"
import { checkChannel } from "./checks/channel-checks.js"
import { checkClient } from "./checks/client-checks.js"
import { checkPaths } from "./checks/path-checks.js"
import { checkProxies } from "./checks/proxy-checks.js"
import { ConfigError, type Mistake } from "./config-error.js"
import { isObject } from "./json.js"
import { configSchema, type EngineConfig, type EngineConfigInput } from "./schema.js"
import { screen } from "./screen.js"

export { ConfigError, type Mistake } from "./config-error.js"

const NO_OBJECT = { key: "configuration", problem: "must be a JSON object" }
const FLAT =
  "Keys from before v6: `instant checkconfig --migrate` writes the file anew, in the layout of v6."

/**
 * Checks a configuration and fills in the defaults.
 * @throws ConfigError that names every key which nobody knows, which asks for what this engine lacks,
 * or which has a wrong value.
 */
export function readConfig(input: EngineConfigInput): EngineConfig {
  return read(input)
}

/**
 * Checks a configuration of which nothing is known, such as a file's content: after it, the compiler
 * takes it for one.
 * @throws ConfigError as {@link readConfig}
 */
export function checkConfig(source: unknown): asserts source is EngineConfigInput {
  read(source)
}

function read(source: unknown): EngineConfig {
  if (!isObject(source)) throw new ConfigError([NO_OBJECT])
  const { supported, mistakes, isFlat } = screen(source)
  const result = configSchema.safeParse(supported)
  const wrong = result.success ? checkAll(result.data) : result.error.issues.map(mistakeOf)
  const all = [...mistakes, ...wrong]
  if (result.success && all.length === 0) return result.data
  throw new ConfigError(all, isFlat ? FLAT : undefined)
}

function checkAll(config: EngineConfig): readonly Mistake[] {
  return [checkClient, checkChannel, checkProxies, checkPaths].flatMap((check) => check(config))
}

function mistakeOf({ path, message }: z.core.$ZodIssue): Mistake {
  return { key: z.core.toDotPath(path), problem: message }
}
