import { z } from "zod"
import { configSchema, type EngineConfig, type EngineConfigInput } from "./schema.js"

/** A configuration asks for what it can't have; the message names every mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError"
}

/**
 * Checks a configuration and fills in the defaults.
 * @throws ConfigError that names every key which is unknown to this engine or has a wrong value.
 */
export function readConfig(input: EngineConfigInput): EngineConfig {
  const result = configSchema.safeParse(input)
  if (result.success) return result.data
  const mistakes = result.error.issues.flatMap(describe)
  throw new ConfigError(`The engine's configuration is wrong:\n${mistakes.join("\n")}`)
}

function describe(issue: z.core.$ZodIssue): readonly string[] {
  const place = z.core.toDotPath(issue.path)
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = place === "" ? key : `${place}.${key}`
      return `- ${path}: this engine has no such key`
    })
  }
  return [`- ${place === "" ? "configuration" : place}: ${issue.message}`]
}
