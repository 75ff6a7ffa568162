/** Each bucket is so much wider than the one before: percentiles are exact to 1 %. */
const GROWTH = Math.log(1.01)
/** Enough for latencies of hours. */
const BUCKETS = 2_400

/** How often which bucket was hit; what one histogram tells another. */
export type HistogramEntries = readonly (readonly [bucket: number, count: number])[]

/** Latencies by buckets that grow with the latency: small, and histograms of processes add up. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS)

  /** Counts one latency, in microseconds. */
  add(micros: number): void {
    const bucket = micros <= 1 ? 0 : Math.floor(Math.log(micros) / GROWTH)
    this.merge([[Math.min(bucket, BUCKETS - 1), 1]])
  }

  /** Adds what another histogram counted. */
  merge(entries: HistogramEntries): void {
    for (const [bucket, count] of entries) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    }
  }

  /** The buckets that counted something, in order. */
  entries(): HistogramEntries {
    return [...this.#counts.entries()].filter(([, count]) => count > 0)
  }

  /** Forgets all. */
  clear(): void {
    this.#counts.fill(0)
  }

  /** The latency, in microseconds, that this share (0 to 1) of all stay within; 0 when there are none. */
  percentile(share: number): number {
    const entries = this.entries()
    const total = entries.reduce((sum, [, count]) => sum + count, 0)
    let within = 0
    for (const [bucket, count] of entries) {
      within += count
      if (within >= share * total) return Math.exp((bucket + 1) * GROWTH)
    }
    return 0
  }
}
