import type { Pace } from "../options.js"
import type { Placement } from "../process/cores.js"
import { type Measurement, withFanOut } from "./fan-out.js"
import type { Task } from "./plan.js"
import { type Saturation, saturate } from "./saturation.js"

/** What one task showed. */
export type Outcome = Omit<Task, "contestant" | "phase"> & {
  readonly name: string
  /** Bytes. */
  readonly memoryPerConnection: number
} & (
    | { readonly phase: "steady"; readonly steady: Measurement }
    | { readonly phase: "saturated"; readonly saturation: Saturation }
  )

/** Deliveries a second in the steady phase. */
export const STEADY_RATE = 20_000
/** Where the search for the highest rate starts, unless it has been searched before. */
const FIRST_RATE = 50_000
/** How long a step of the search is: much longer than the latency that it may have. */
const STEP_SECONDS = 0.6
/** A steady phase or a step has at least so many publications. */
const MIN_PUBLICATIONS = 5

/** How tasks are run. */
export interface RunOptions {
  readonly pace: Pace
  readonly placement: Placement
  /** What the tasks before this one showed. */
  readonly before: readonly Outcome[]
}

/** Runs one task in a fresh server. @throws Error when a message was not delivered once and in order. */
export function runTask(task: Task, { pace, placement, before }: RunOptions): Promise<Outcome> {
  const { round, subscribers, contestant } = task
  return withFanOut({ contestant, subscribers, placement }, async (fanOut, memoryPerConnection) => {
    const facts = { round, subscribers, name: contestant.name, memoryPerConnection }
    const minSeconds = (rate: number): number => (MIN_PUBLICATIONS * subscribers) / rate
    if (task.phase === "steady") {
      await fanOut.measure(STEADY_RATE, pace.warmUp)
      const seconds = Math.max(pace.steady, minSeconds(STEADY_RATE))
      return { ...facts, phase: task.phase, steady: await fanOut.measure(STEADY_RATE, seconds) }
    }
    const firstRate = startOfSearch(task, before)
    await fanOut.measure(firstRate, pace.warmUp)
    const saturation = await saturate(
      (rate) => fanOut.measure(rate, Math.max(STEP_SECONDS, minSeconds(rate))),
      firstRate,
    )
    return { ...facts, phase: task.phase, saturation }
  })
}

/** A bit less than the same server reached before, in this run. */
function startOfSearch({ contestant, subscribers }: Task, before: readonly Outcome[]): number {
  const last = before.findLast(
    (outcome) =>
      outcome.phase === "saturated" &&
      outcome.name === contestant.name &&
      outcome.subscribers === subscribers,
  )
  if (last?.phase !== "saturated") return FIRST_RATE
  const { bounded, raw } = last.saturation
  return 0.7 * (bounded ?? raw).delivered
}
