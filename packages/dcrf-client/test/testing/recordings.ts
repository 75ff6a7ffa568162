import { readFileSync } from "node:fs"

/** A step of a recorded case: what was done, and the frames that came of it. */
export interface Step {
  readonly case: string
  readonly step: number
  readonly path: string
  /** The rows to begin with, by table; of the first step. */
  readonly seed?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
  readonly send?: object
  readonly send_text?: string
  /** Method, path and body of a call to the fixture's HTTP side. */
  readonly http?: readonly [string, string, Readonly<Record<string, unknown>>]
  readonly recv: readonly { readonly stream?: string }[]
  readonly closed?: number
}

/** What a real server said, by case. */
export function readRecordings(): ReadonlyMap<string, readonly Step[]> {
  const file = new URL("../fixture/frames.jsonl", import.meta.url)
  const cases = new Map<string, Step[]>()
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const step: Step = JSON.parse(line)
    cases.set(step.case, [...(cases.get(step.case) ?? []), step])
  }
  return cases
}
