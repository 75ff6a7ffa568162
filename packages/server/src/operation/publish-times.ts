/** Upper bounds of the buckets, in seconds: those of Prometheus, and finer ones before. */
const BOUNDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const

/** How long most publications took, in milliseconds: half of them at most `p50`, 95 of 100 at most `p95`. */
export interface PublishQuantiles {
  readonly p50: number
  readonly p95: number
}

/** How long all publications took, for Prometheus. */
export interface PublishHistogram {
  /** How many took at most so many seconds, by that bound. */
  readonly buckets: ReadonlyArray<readonly [bound: number, count: number]>
  readonly count: number
  /** In seconds. */
  readonly sum: number
}

/** Counts how long publications took, in buckets: what it keeps is of one size. */
export class PublishTimes {
  /** One for each bound, and one for what takes longer. */
  readonly #all = new Array<number>(BOUNDS.length + 1).fill(0)
  readonly #recent = new Array<number>(BOUNDS.length + 1).fill(0)
  #sum = 0

  /** Counts some that were made together. @param time in milliseconds */
  add(time: number, publications: number): void {
    const seconds = time / 1000
    const found = BOUNDS.findIndex((bound) => seconds <= bound)
    const bucket = found === -1 ? BOUNDS.length : found
    this.#all[bucket] = (this.#all[bucket] ?? 0) + publications
    this.#recent[bucket] = (this.#recent[bucket] ?? 0) + publications
    this.#sum += seconds * publications
  }

  /** How many there were. */
  get count(): number {
    return sumOf(this.#all)
  }

  /** The quantiles of those since this was called last; null when there was none. */
  takeQuantiles(): PublishQuantiles | null {
    const total = sumOf(this.#recent)
    if (total === 0) return null
    const quantiles = { p50: this.#quantile(total * 0.5), p95: this.#quantile(total * 0.95) }
    this.#recent.fill(0)
    return quantiles
  }

  /** All of them since the start. */
  get histogram(): PublishHistogram {
    let count = 0
    const buckets = BOUNDS.map((bound, index) => {
      count += this.#all[index] ?? 0
      return [bound, count] as const
    })
    return { buckets, count: this.count, sum: this.#sum }
  }

  /** In milliseconds, by a straight line through the bucket that the rank is in. */
  #quantile(rank: number): number {
    let below = 0
    for (const [index, bound] of BOUNDS.entries()) {
      const inside = this.#recent[index] ?? 0
      if (below + inside >= rank) {
        const lower = BOUNDS[index - 1] ?? 0
        return 1000 * (lower + ((bound - lower) * (rank - below)) / inside)
      }
      below += inside
    }
    return 1000 * (BOUNDS.at(-1) ?? 0)
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
