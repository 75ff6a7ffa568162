import { micros } from "../clock.js"
import { ownUsage } from "../process/process-usage.js"

/** How much of a core this process uses. */
export class CpuShare {
  #since = { at: micros(), cpu: ownUsage.cpuMicros() }

  /** Counts from now on. */
  restart(): void {
    this.#since = { at: micros(), cpu: ownUsage.cpuMicros() }
  }

  /** The share, 0 to 1, since then. */
  read(): number {
    return (ownUsage.cpuMicros() - this.#since.cpu) / (micros() - this.#since.at)
  }
}
