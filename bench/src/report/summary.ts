import type { Outcome } from "../run/run-task.js"
import type { Figures } from "./figure.js"

/** What a server showed in a case: the medians of all rounds. */
export interface Summary {
  readonly scenario: string
  /** The title of the case. */
  readonly case: string
  /** The server's or client's name. */
  readonly name: string
  readonly figures: Figures
}

/** The medians of each server in each case, in the order of the run. */
export function summarize(outcomes: readonly Outcome[]): readonly Summary[] {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) {
    const key = JSON.stringify([outcome.scenario, outcome.case, outcome.name])
    groups.set(key, [...(groups.get(key) ?? []), outcome])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    const all = group.flatMap(({ result }) => ("figures" in result ? [result.figures] : []))
    if (first === undefined || all.length === 0) return []
    return [{ scenario: first.scenario, case: first.case, name: first.name, figures: medians(all) }]
  })
}

/** A figure that most rounds haven't got is missing. */
function medians(all: readonly Figures[]): Figures {
  const keys = [...new Set(all.flatMap((figures) => Object.keys(figures)))]
  return Object.fromEntries(
    keys.flatMap((key) => {
      const values = all.flatMap(({ [key]: value }) => (value === undefined ? [] : [value]))
      return 2 * values.length > all.length ? [[key, median(values)]] : []
    }),
  )
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}
