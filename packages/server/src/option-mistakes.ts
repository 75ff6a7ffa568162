import { ConfigError, checkConfig } from "@instant-ws/engine"
import { engineConfig } from "./engine/engine-config.js"
import { type InstantOptions, type OptionMistake, OptionsError } from "./options.js"
import { readOptions } from "./settings.js"

/** What is wrong in options, the engine's part included, before anything is started with them. */
export function optionMistakes(options: InstantOptions): readonly OptionMistake[] {
  return [...siteMistakes(options), ...engineMistakes(options)]
}

function siteMistakes(options: InstantOptions): readonly OptionMistake[] {
  try {
    readOptions(options)
    return []
  } catch (error) {
    if (error instanceof OptionsError) return error.mistakes
    throw error
  }
}

function engineMistakes({ engine, secrets, engineConfig: config }: InstantOptions) {
  if (typeof engine === "object" || secrets === undefined || config === undefined) return []
  try {
    checkConfig(engineConfig({ secrets, config }, []))
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.mistakes.map(({ key, problem }) => ({
      path: `engineConfig.${key}`,
      message: problem,
    }))
  }
}
