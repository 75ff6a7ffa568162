import type { Options } from "../options.js"
import type { Contestant } from "./contestants.js"

/** What is measured in one fresh server: a steady rate, or the most it can do. */
export type Phase = "steady" | "saturated"

/** One fresh server to measure. */
export interface Task {
  readonly round: number
  readonly subscribers: number
  readonly phase: Phase
  readonly contestant: Contestant
}

const phases: readonly Phase[] = ["steady", "saturated"]

/** All tasks of a run: the servers take turns, and go the other way round in every second round. */
export function planTasks(
  { rounds, subscribers }: Options,
  contestants: readonly Contestant[],
): readonly Task[] {
  return Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) => {
    const order = round % 2 === 1 ? contestants : contestants.toReversed()
    return subscribers.flatMap((count) =>
      phases.flatMap((phase) =>
        order.map((contestant) => ({ round, subscribers: count, phase, contestant })),
      ),
    )
  })
}
