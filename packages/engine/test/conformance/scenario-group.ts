import { type Json, sortedText } from "./json.js"
import type { Scenario } from "./scenario.js"

/** Scenarios that share one running server: they have the same configuration. */
export interface ScenarioGroup {
  readonly topics: ReadonlySet<string>
  readonly config: Json
  readonly scenarios: readonly Scenario[]
}

/** Puts scenarios of equal configuration together, in order; isolated ones stay alone. */
export function groupScenarios(scenarios: readonly Scenario[]): readonly ScenarioGroup[] {
  const groups = new Map<string, Scenario[]>()
  for (const scenario of scenarios) {
    const key = scenario.isolate ? scenario.name : sortedText(scenario.config)
    groups.set(key, [...(groups.get(key) ?? []), scenario])
  }
  return [...groups.values()].map((group) => ({
    topics: new Set(group.map(({ topic }) => topic)),
    config: group[0]?.config ?? {},
    scenarios: group,
  }))
}
