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
/** Publishing that doesn't count, in each fresh server. */
const WARM_UP_SECONDS = 0.5
const STEADY_SECONDS = 2
/** How long a step of the search is: much longer than the latency that it may have. */
const STEP_SECONDS = 0.5
/** A step is so long for each subscriber: about ten times what a message to all of them takes. */
const STEP_SECONDS_PER_SUBSCRIBER = 1e-4
/** A steady phase or a step has at least so many publications. */
const MIN_PUBLICATIONS = 5

/** How tasks are run. */
export interface RunOptions {
  readonly placement: Placement
  /** What the tasks before this one showed. */
  readonly before: readonly Outcome[]
}

/** Runs one task in a fresh server. @throws Error when a message was not delivered once and in order. */
export function runTask(task: Task, { placement, before }: RunOptions): Promise<Outcome> {
  const { round, subscribers, contestant } = task
  return withFanOut({ contestant, subscribers, placement }, async (fanOut, memoryPerConnection) => {
    const facts = { round, subscribers, name: contestant.name, memoryPerConnection }
    const minSeconds = (rate: number): number => (MIN_PUBLICATIONS * subscribers) / rate
    if (task.phase === "steady") {
      await fanOut.measure(STEADY_RATE, WARM_UP_SECONDS)
      const seconds = Math.max(STEADY_SECONDS, minSeconds(STEADY_RATE))
      return { ...facts, phase: task.phase, steady: await fanOut.measure(STEADY_RATE, seconds) }
    }
    const firstRate = startOfSearch(task, before)
    await fanOut.measure(firstRate, WARM_UP_SECONDS)
    const stepSeconds = Math.max(STEP_SECONDS, STEP_SECONDS_PER_SUBSCRIBER * subscribers)
    const saturation = await saturate(
      (rate) => fanOut.measure(rate, Math.max(stepSeconds, minSeconds(rate))),
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
