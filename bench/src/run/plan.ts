import type { Case, Scale, Scenario } from "../scenarios/scenario.js"
import type { Contestant } from "../stage/contestants.js"

/** One server to measure in one case. */
export interface Task {
  readonly round: number
  readonly scenario: string
  readonly case: Case
  readonly contestant: Contestant
}

/** What a run measures. */
export interface PlanOptions {
  readonly rounds: number
  readonly scenarios: readonly Scenario[]
  readonly scale: Scale
  readonly contestants: readonly Contestant[]
}

/** All tasks of a run: the servers take turns, and go the other way round in every second round. */
export function planTasks({ rounds, scenarios, scale, contestants }: PlanOptions): readonly Task[] {
  const cases = scenarios.flatMap((scenario) =>
    scenario.cases(scale).map((one) => ({ scenario: scenario.name, case: one })),
  )
  return Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) => {
    const order = round % 2 === 1 ? contestants : contestants.toReversed()
    return cases.flatMap((one) =>
      order
        .filter((contestant) => one.case.suits(contestant))
        .map((contestant) => ({ round, ...one, contestant })),
    )
  })
}
