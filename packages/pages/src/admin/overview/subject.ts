import type { Sample } from "../api/answers.js"

/** A line of a chart. */
export interface Line {
  readonly label: string
  readonly read: (sample: Sample) => number | null
}

/** What one of the charts shows. */
export interface Subject {
  readonly title: string
  readonly lines: readonly Line[]
  /** A value in words. */
  readonly show: (value: number) => string
  /** A value at the axis. */
  readonly tick: (value: number) => string
  /** What fits below the highest value at least. */
  readonly least: number
  /** Steps of the axis. @default those of uPlot */
  readonly steps?: readonly number[]
}
