import { api } from "./api.js"
import { channels, oneToOne } from "./channels.js"
import { fanOut } from "./fan-out.js"
import { jitter } from "./jitter.js"
import { presence } from "./presence.js"
import { restart } from "./restart.js"
import type { Scenario } from "./scenario.js"
import { storm } from "./storm.js"

/** Every scenario, in the order in which they are measured. */
export const scenarios: readonly Scenario[] = [
  fanOut,
  channels,
  oneToOne,
  presence,
  storm,
  api,
  restart,
  jitter,
]

/**
 * The scenarios of these names, all when there are none.
 * @throws Error for a name that there isn't.
 */
export function chooseScenarios(only: readonly string[]): readonly Scenario[] {
  const unknown = only.find((name) => scenarios.every((one) => one.name !== name))
  if (unknown !== undefined) {
    const names = scenarios.map(({ name }) => name).join(", ")
    throw new Error(`There is no scenario ${unknown}. There are: ${names}.`)
  }
  return scenarios.filter(({ name }) => only.length === 0 || only.includes(name))
}
