import uPlot from "uplot"
import type { Tally } from "../tally.js"
import { useNow } from "../use-now.js"
import { Chart, type ChartColors } from "./chart.js"

const blocks = uPlot.paths.bars?.({ size: [0.7, 12] })

/** Events by the second over the last minute. */
export function RateChart({ tally }: { readonly tally: Tally }) {
  const counts = tally.series(useNow(1000))
  const seconds = counts.map((_, index) => index - counts.length + 1)
  const last = counts.at(-2) ?? 0
  return (
    <figure class="rate">
      <figcaption>
        <strong>{last}</strong> a second
      </figcaption>
      <Chart
        label={`Requests by the second over the last minute; in the last whole second ${last}`}
        height={112}
        data={[seconds, [...counts]]}
        options={bars}
      />
    </figure>
  )
}

function bars({ line, grid, text }: ChartColors) {
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } }
  return {
    cursor: { show: false },
    legend: { show: false },
    padding: [8, 14, 0, 0] satisfies uPlot.Padding,
    scales: {
      x: { time: false, range: [-59.6, 0.6] satisfies uPlot.Range.MinMax },
      y: {
        range: (_: uPlot, __: number, max: number): uPlot.Range.MinMax => [0, Math.max(4, max)],
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 22,
        splits: () => [-45, -30, -15, 0],
        values: (_: uPlot, splits: number[]) =>
          splits.map((split) => (split === 0 ? "now" : `−${-split} s`)),
      },
      {
        ...axis,
        size: 32,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20_000],
        space: 28,
      },
    ],
    series: [
      {},
      {
        fill: line,
        width: 0,
        points: { show: false },
        ...(blocks !== undefined && { paths: blocks }),
      },
    ],
  }
}
