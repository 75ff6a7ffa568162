import { Histogram, type HistogramEntries } from "../../bench/src/histogram.js"

/** Prints one line of what a campaign did. */
export function report(campaign: string, line: string): void {
  console.log(`endurance, ${campaign}: ${line}`)
}

/** How long things took, as "p50 3 ms, p95 8 ms, p99 9 ms, most 12 ms". */
export function timings(latencies: readonly HistogramEntries[]): string {
  const all = new Histogram()
  for (const entries of latencies) all.merge(entries)
  const at = (share: number): string => milliseconds(all.percentile(share))
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, most ${at(1)}`
}

/** Microseconds, to be read. */
export function milliseconds(micros: number): string {
  const value = micros / 1000
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
}

/** Bytes, to be read. */
export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`
}
