import type { Measurement } from "../run/fan-out.js"
import { STEADY_RATE } from "../run/run-task.js"
import { P99_BOUND } from "../run/saturation.js"
import type { Summary } from "./summary.js"
import { asCount, asKilobytes, asMicros, asMillis, asPercent } from "./units.js"

/** One line of the table. */
export interface Figure {
  readonly title: string
  /** The figure; undefined where there is none. */
  read(summary: Summary): number | undefined
  /** With its unit. */
  show(value: number): string
  /** Whether more of it is better, or less; absent for what is not compared. */
  readonly better?: "more" | "less"
}

/** Lines of the table that belong together. */
export interface Section {
  readonly title: string
  readonly figures: readonly Figure[]
}

/** With fewer connections their memory drowns in what a process takes anyway. */
const MEMORY_FROM = 5_000

/** All lines of the table. */
export const sections: readonly Section[] = [
  steadySection(),
  boundedSection(),
  rawSection(),
  memorySection(),
]

type Part = (summary: Summary) => Measurement | undefined

function steadySection(): Section {
  const part: Part = ({ steady }) => steady
  const latencies = [p50Figure(part), p99Figure(part)].map(
    (figure): Figure => ({ ...figure, better: "less" }),
  )
  return {
    title: `at ${asCount(STEADY_RATE)} deliveries/s`,
    figures: [cpuFigure(part), ...latencies, loadFigure(part)],
  }
}

/** Its latencies belong to different rates and are not compared. */
function boundedSection(): Section {
  const part: Part = ({ bounded }) => bounded
  return {
    title: `saturated, p99 under ${P99_BOUND} ms`,
    figures: [
      rateFigure(part),
      cpuFigure(part),
      p50Figure(part),
      p99Figure(part),
      loadFigure(part),
    ],
  }
}

function rawSection(): Section {
  const part: Part = ({ raw }) => raw
  return {
    title: "saturated, at any latency",
    figures: [rateFigure(part), cpuFigure(part), loadFigure(part)],
  }
}

function memorySection(): Section {
  const perConnection: Figure = {
    title: "per connection",
    better: "less",
    read: ({ subscribers, memoryPerConnection }) =>
      subscribers < MEMORY_FROM ? undefined : memoryPerConnection,
    show: asKilobytes,
  }
  return { title: "memory", figures: [perConnection] }
}

function p50Figure(part: Part): Figure {
  return { title: "p50", read: (summary) => part(summary)?.p50, show: asMillis }
}

function p99Figure(part: Part): Figure {
  return { title: "p99", read: (summary) => part(summary)?.p99, show: asMillis }
}

function rateFigure(part: Part): Figure {
  return {
    title: "deliveries/s",
    better: "more",
    read: (summary) => part(summary)?.delivered,
    show: asCount,
  }
}

function cpuFigure(part: Part): Figure {
  return {
    title: "server CPU per delivery",
    better: "less",
    read: (summary) => part(summary)?.cpuPerDelivery,
    show: asMicros,
  }
}

function loadFigure(part: Part): Figure {
  return {
    title: "load generator's own core",
    read: (summary) => part(summary)?.generatorShare,
    show: asPercent,
  }
}
