import { type OptionMistake, optionMistakes, type Secrets } from "@instant-ws/server"
import { CliError } from "../cli-error.js"
import type { Home } from "../home/home.js"
import { readSecrets, SECRETS_MISSING } from "../home/secrets.js"
import { engineElsewhere, instantOptions } from "./instant-options.js"

/** In place of secrets that a start would make. */
const TO_BE_MADE: Secrets = { tokenKey: "to be made", apiKey: "to be made" }

/** A sentence for each thing for which the server of a home can't start, with the place that it comes from. */
export async function startMistakes(home: Home): Promise<readonly string[]> {
  const { settings } = home
  const { secrets, fault } = await secretsOf(home)
  const wrong = optionMistakes(instantOptions(home, secrets ?? TO_BE_MADE)).filter(
    ({ path }) => secrets !== undefined || !path.startsWith("secrets."),
  )
  return [
    ...settings.mistakes,
    ...(fault === undefined ? [] : [fault]),
    ...wrong.map((mistake) => sentence(home, mistake)),
    ...demoMistakes(home),
  ]
}

interface Found {
  readonly secrets?: Secrets | undefined
  /** What is the matter with them. */
  readonly fault?: string
}

async function secretsOf(home: Home): Promise<Found> {
  // They are the engine's own.
  if (engineElsewhere(home) !== undefined) return {}
  try {
    const secrets = await readSecrets(home)
    const isMissing = secrets === undefined && process.env.NODE_ENV === "production"
    return isMissing ? { fault: SECRETS_MISSING } : { secrets }
  } catch (error) {
    if (error instanceof CliError) return { fault: error.message }
    throw error
  }
}

function sentence({ settings, secrets }: Home, { path, message }: OptionMistake): string {
  const kept = path.startsWith("secrets.") ? secrets : undefined
  const origin = settings.originOf(path) ?? kept
  return `${origin === undefined ? "" : `${origin}: `}${path} ${message}`
}

function demoMistakes(home: Home): readonly string[] {
  const { settings } = home
  if (settings.yesOrNo("demo") !== true) return []
  if (process.env.NODE_ENV === "production") {
    return ["The demo's people have known passwords: start without it when NODE_ENV is production"]
  }
  if (engineElsewhere(home) === undefined) return []
  return ["The demo needs the engine of this server: start without it, or without engine.url"]
}
