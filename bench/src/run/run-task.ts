import type { Placement } from "../process/cores.js"
import type { Measured } from "../scenarios/scenario.js"
import type { Task } from "./plan.js"

/** What one task showed, or why it showed nothing. */
export interface Outcome {
  readonly round: number
  readonly scenario: string
  /** The title of the case. */
  readonly case: string
  /** The server's or client's name. */
  readonly name: string
  readonly result: Measured | { readonly failure: string }
}

/** How tasks are run. */
export interface RunOptions {
  readonly placement: Placement
  /** What the tasks before this one showed. */
  readonly outcomes: readonly Outcome[]
}

/** Runs one task in fresh processes. One that fails is told as it is, and the others go on. */
export async function runTask(task: Task, { placement, outcomes }: RunOptions): Promise<Outcome> {
  const { round, scenario, case: title, name } = task
  const facts = { scenario, case: title, name }
  const before = outcomes.flatMap((one) =>
    one.scenario === scenario && one.case === title && one.name === name && "figures" in one.result
      ? [one.result]
      : [],
  )
  try {
    const result = await task.measure({ placement, before })
    return { round, ...facts, result }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    return { round, ...facts, result: { failure } }
  }
}
