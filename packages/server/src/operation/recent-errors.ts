/** What said no: the engine to a command, the engine to a connection, or an endpoint. */
export type ErrorKind = "reply" | "disconnect" | "http"

/** How often a code was given in the last hour. */
export interface RecentError {
  readonly kind: ErrorKind
  /** A number; of endpoints a word. */
  readonly code: number | string
  readonly count: number
}

/** In milliseconds. */
const MINUTE = 60_000
const HOUR_IN_MINUTES = 60

/** Counts errors by code, minute by minute, and forgets them after an hour. */
export class RecentErrors {
  /** By minute since 1970, the oldest first; within it by kind and code. */
  readonly #minutes = new Map<number, Map<string, RecentError>>()

  /** Counts some. */
  add({ kind, code, count }: RecentError): void {
    const key = `${kind} ${code}`
    const minute = this.#currentMinute()
    const known = minute.get(key)?.count ?? 0
    minute.set(key, { kind, code, count: known + count })
  }

  /** Those of the last hour, the most frequent first. */
  list(): readonly RecentError[] {
    this.#forgetOld()
    const sums = new Map<string, RecentError>()
    for (const minute of this.#minutes.values()) {
      for (const [key, error] of minute) {
        const count = (sums.get(key)?.count ?? 0) + error.count
        sums.set(key, { ...error, count })
      }
    }
    return [...sums.values()].sort((one, other) => other.count - one.count)
  }

  #currentMinute(): Map<string, RecentError> {
    const now = Math.floor(Date.now() / MINUTE)
    const known = this.#minutes.get(now)
    if (known !== undefined) return known
    this.#forgetOld()
    const minute = new Map<string, RecentError>()
    this.#minutes.set(now, minute)
    return minute
  }

  #forgetOld(): void {
    const first = Math.floor(Date.now() / MINUTE) - HOUR_IN_MINUTES
    for (const minute of this.#minutes.keys()) {
      if (minute <= first) this.#minutes.delete(minute)
    }
  }
}
