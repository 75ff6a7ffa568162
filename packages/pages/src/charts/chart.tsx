import { useEffect, useLayoutEffect, useRef } from "preact/hooks"
import uPlot from "uplot"
import { useColorScheme } from "./use-color-scheme.js"

/** The colours of the page for a canvas, which knows no custom properties. */
export interface ChartColors {
  readonly line: string
  readonly fill: string
  /** Of another line beside the first. */
  readonly second: string
  readonly grid: string
  readonly text: string
}

interface ChartProps {
  /** Says in words what the chart shows. */
  readonly label: string
  /** Pixels. */
  readonly height: number
  readonly data: uPlot.AlignedData
  /** Must be the same function at each drawing. */
  readonly options: (colors: ChartColors) => Omit<uPlot.Options, "width" | "height">
}

/** A chart by uPlot that follows its data, its width and the colour scheme. */
export function Chart({ label, height, data, options }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const scheme = useColorScheme()
  // Another colour scheme means other colours, so the chart is made anew.
  useLayoutEffect(() => {
    const element = host.current
    if (element === null) return
    const size = { width: element.clientWidth, height }
    const chart = new uPlot({ ...size, ...options(readColors(element)) }, data, element)
    plot.current = chart
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      chart.destroy()
    }
  }, [options, height, scheme])
  useEffect(() => plot.current?.setData(data), [data])
  return <div class="chart" ref={host} role="img" aria-label={label} style={{ height }} />
}

function readColors(element: HTMLElement): ChartColors {
  const style = getComputedStyle(element)
  return {
    line: style.getPropertyValue("--chart-line"),
    fill: style.getPropertyValue("--chart-fill"),
    second: style.getPropertyValue("--chart-second"),
    grid: style.getPropertyValue("--chart-grid"),
    text: style.getPropertyValue("--chart-text"),
  }
}
