import type { Figure } from "../report/figure.js"
import type { Measured, Scale, Scenario, Stage } from "../scenarios/scenario.js"

/** One server or client to measure in one case. */
export interface Task {
  readonly round: number
  readonly scenario: string
  /** The title of the case. */
  readonly case: string
  /** The lines of the case's table. */
  readonly figures: readonly Figure[]
  /** The server's or client's name. */
  readonly name: string
  /** Measures it, afresh. @throws Error when that fails. */
  measure(stage: Stage): Promise<Measured>
}

/** What a run measures. */
export interface PlanOptions<Entrant> {
  readonly rounds: number
  readonly scenarios: readonly Scenario<Entrant>[]
  readonly scale: Scale
  readonly entrants: readonly Entrant[]
}

/** All tasks of a run: the entrants take turns, and go the other way round in every second round. */
export function planTasks<Entrant extends { readonly name: string }>({
  rounds,
  scenarios,
  scale,
  entrants,
}: PlanOptions<Entrant>): readonly Task[] {
  const cases = scenarios.flatMap((scenario) =>
    scenario.cases(scale).map((one) => ({ scenario: scenario.name, one })),
  )
  return Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) => {
    const order = round % 2 === 1 ? entrants : entrants.toReversed()
    return cases.flatMap(({ scenario, one }) =>
      order
        .filter((entrant) => one.suits(entrant))
        .map((entrant) => ({
          round,
          scenario,
          case: one.title,
          figures: one.figures,
          name: entrant.name,
          measure: (stage: Stage) => one.measure(entrant, stage),
        })),
    )
  })
}
