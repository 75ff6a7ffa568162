import type uPlot from "uplot"
import { Chart, type ChartColors } from "./chart.js"

interface SparklineProps {
  readonly label: string
  /** The oldest first. */
  readonly values: readonly number[]
}

/** How many values are shown at most. */
const MOST = 120
/** How many there is room for from the first: the line grows from the right. */
const FEWEST = 30

/** The course of one figure: a line without axes. */
export function Sparkline({ label, values }: SparklineProps) {
  const shown = values.slice(-MOST)
  const places = shown.map((_, index) => index - shown.length + 1)
  return <Chart label={`${label} over time`} height={48} data={[places, shown]} options={area} />
}

function area({ line, fill }: ChartColors) {
  return {
    cursor: { show: false },
    legend: { show: false },
    padding: [3, 2, 2, 0] satisfies uPlot.Padding,
    scales: {
      x: { time: false, range: (_: uPlot, first: number) => room(first) },
      y: { range: (_: uPlot, min: number, max: number) => spread(min, max) },
    },
    axes: [{ show: false }, { show: false }],
    series: [{}, { stroke: line, fill, width: 1.5, points: { show: false } }],
  }
}

function room(first: number): uPlot.Range.MinMax {
  return [Math.min(first, 1 - FEWEST), 0]
}

/** Leaves room around the line, so that noise of a few percent doesn't look like an earthquake. */
function spread(min: number, max: number): uPlot.Range.MinMax {
  const margin = Math.max(max - min, max * 0.1, 1)
  return [Math.max(0, min - margin), max + margin * 0.5]
}
