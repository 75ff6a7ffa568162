import { performance } from "node:perf_hooks"

const atStart = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000

/** Microseconds of the machine's monotonic clock, the same in every process on it. */
export function micros(): number {
  return atStart + performance.now() * 1000
}
