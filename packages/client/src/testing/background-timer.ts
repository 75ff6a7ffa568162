/** A timer for which no process is kept running. */
export class BackgroundTimer {
  #stop: (() => void) | undefined

  /** Calls something again and again, in place of what it called before; `interval` in milliseconds. */
  every(interval: number, call: () => void): void {
    this.stop()
    const timer: unknown = setInterval(call, interval)
    if (canBeLeft(timer)) timer.unref()
    this.#stop = () => clearInterval(timer as number)
  }

  stop(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}

/** In Node a timer is an object, and keeps the process running unless told otherwise. */
function canBeLeft(timer: unknown): timer is { unref(): void } {
  return typeof timer === "object" && timer !== null && "unref" in timer
}
