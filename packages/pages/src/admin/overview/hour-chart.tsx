import { useMemo, useState } from "preact/hooks"
import type uPlot from "uplot"
import "uplot/dist/uPlot.min.css"
import { Chart, type ChartColors } from "../../charts/chart.js"
import type { Sample } from "../api/answers.js"
import type { Subject } from "./subject.js"

/** What a chart is drawn from. */
export interface HourChartProps {
  readonly subject: Subject
  readonly samples: readonly Sample[]
}

/** In seconds. */
const HOUR = 3600
/** In seconds. */
const SHORTEST = 300
/** In pixels, as the room that is kept for it. */
const HEIGHT = 150

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short", hourCycle: "h23" })

/** One subject over the last hour, with the values at the end or under the pointer. */
export function HourChart({ subject, samples }: HourChartProps) {
  const [pointed, setPointed] = useState<number | null>(null)
  const shown = (pointed === null ? undefined : samples[pointed]) ?? samples.at(-1)
  const data = useMemo<uPlot.AlignedData>(() => {
    const times = samples.map(({ at }) => at / 1000)
    return [times, ...subject.lines.map(({ read }) => samples.map(read))]
  }, [samples, subject])
  const options = useMemo(() => optionsOf(subject, setPointed), [subject])
  const values = subject.lines.map(({ label, read }) => {
    const value = shown === undefined ? null : read(shown)
    return { label, text: value === null ? "–" : subject.show(value) }
  })
  const words = values.map(({ label, text }) => `${label} ${text}`).join(", ")
  return (
    <>
      <figcaption>
        <span>{subject.title}</span>
        <span class="values">
          {values.map(({ label, text }, place) => (
            <span key={label} class="value" data-line={place}>
              <strong>{text}</strong> {values.length > 1 && label}
            </span>
          ))}
          <span class="value-time">
            {pointed === null || shown === undefined ? "now" : clock.format(shown.at)}
          </span>
        </span>
      </figcaption>
      <Chart
        label={`${subject.title} over the last hour; now ${words}`}
        height={HEIGHT}
        data={data}
        options={options}
      />
    </>
  )
}

function optionsOf(subject: Subject, point: (index: number | null) => void) {
  return ({
    line,
    fill,
    second,
    grid,
    text,
  }: ChartColors): Omit<uPlot.Options, "width" | "height"> => {
    const axis = { stroke: text, ticks: { show: false }, font: "11px Inter, sans-serif" }
    return {
      legend: { show: false },
      padding: [10, 12, 0, 0],
      cursor: { y: false, points: { size: 7 }, drag: { setScale: false, x: false, y: false } },
      hooks: { setCursor: [({ cursor }) => point(cursor.idx ?? null)] },
      scales: {
        x: { range: (_, first, last) => shownSpan(first, last) },
        y: { range: (_, __, max) => [0, Math.max(subject.least, (max ?? 0) * 1.1)] },
      },
      axes: [
        {
          ...axis,
          size: 24,
          space: 70,
          grid: { show: false },
          values: (_, splits) => splits.map((split) => clock.format(split * 1000)),
        },
        {
          ...axis,
          size: 54,
          space: 34,
          grid: { stroke: grid, width: 1 },
          ...(subject.steps !== undefined && { incrs: [...subject.steps] }),
          values: (_, splits) => splits.map(subject.tick),
        },
      ],
      series: [
        {},
        ...subject.lines.map((_, place) => ({
          stroke: place === 0 ? line : second,
          ...(place === 0 && { fill }),
          width: 1.5,
          points: { show: false },
        })),
      ],
    }
  }
}

/** The hour up to the last sample; less of it after a start, so that what there is can be seen. */
function shownSpan(first: number | null, last: number | null): uPlot.Range.MinMax {
  const end = last ?? Date.now() / 1000
  const span = Math.min(HOUR, Math.max(SHORTEST, end - (first ?? end)))
  return [end - span, end]
}
