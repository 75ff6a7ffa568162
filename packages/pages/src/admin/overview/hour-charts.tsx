import type { ComponentType } from "preact"
import { useEffect, useState } from "preact/hooks"
import type { Sample } from "../api/answers.js"
import { formatMemory, formatMilliseconds, formatNumber, formatShort } from "../format.js"
import type { HourChartProps } from "./hour-chart.js"
import type { Subject } from "./subject.js"

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
