import type { ComponentType } from "preact"
import { useEffect, useState } from "preact/hooks"
import type { Sample } from "../api/answers.js"
import { formatMemory, formatMilliseconds, formatNumber, formatShort } from "../format.js"
import type { HourChartProps } from "./hour-chart.js"

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

const MEGABYTE = 1_048_576

const subjects: readonly Subject[] = [
  {
    title: "Connections",
    lines: [{ label: "connections", read: ({ connections }) => connections }],
    show: formatNumber,
    tick: formatShort,
    least: 4,
  },
  {
    title: "Events a second",
    lines: [
      { label: "delivered", read: ({ deliveries }) => deliveries },
      { label: "published", read: ({ publications }) => publications },
    ],
    show: formatNumber,
    tick: formatShort,
    least: 4,
  },
  {
    title: "Time to publish",
    lines: [
      { label: "95 %", read: ({ publishMs }) => publishMs?.p95 ?? null },
      { label: "median", read: ({ publishMs }) => publishMs?.p50 ?? null },
    ],
    show: formatMilliseconds,
    tick: (value) => `${formatShort(value)} ms`,
    least: 1,
  },
  {
    title: "Memory",
    lines: [{ label: "resident", read: ({ rss }) => rss }],
    show: formatMemory,
    tick: (value) => `${Math.round(value / MEGABYTE)} MB`,
    least: 64 * MEGABYTE,
    steps: [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192].map((step) => step * MEGABYTE),
  },
]

/** The last hour in four charts; what draws them comes after the page. */
export function HourCharts({ samples }: { readonly samples: readonly Sample[] | undefined }) {
  const Chart = useHourChart()
  return (
    <div class="hour-charts">
      {subjects.map((subject) => (
        <figure key={subject.title} class="card hour-chart">
          {Chart === undefined || samples === undefined ? (
            <>
              <figcaption>{subject.title}</figcaption>
              <div class="chart-room" />
            </>
          ) : (
            <Chart subject={subject} samples={samples} />
          )}
        </figure>
      ))}
    </div>
  )
}

function useHourChart(): ComponentType<HourChartProps> | undefined {
  const [part, setPart] = useState<{ readonly HourChart: ComponentType<HourChartProps> }>()
  useEffect(() => {
    import("./hour-chart.js").then(setPart, () => {})
  }, [])
  return part?.HourChart
}
