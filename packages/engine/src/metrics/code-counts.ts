/** How often each code was given since the start; kept whether or not anybody scrapes. */
export class CodeCounts {
  readonly #counts = new Map<number, number>()

  add(code: number): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1)
  }

  /** The counts as they are now, by code. */
  get all(): ReadonlyMap<number, number> {
    return this.#counts
  }
}

/** The error replies to clients, by the command that was refused and by code. */
export class ReplyErrors {
  readonly #byMethod = new Map<string, CodeCounts>()

  add(method: string, code: number): void {
    let counts = this.#byMethod.get(method)
    if (counts === undefined) {
      counts = new CodeCounts()
      this.#byMethod.set(method, counts)
    }
    counts.add(code)
  }

  /** Each count, with what it is of. */
  *samples(): Generator<{
    readonly method: string
    readonly code: number
    readonly count: number
  }> {
    for (const [method, { all }] of this.#byMethod) {
      for (const [code, count] of all) yield { method, code, count }
    }
  }

  /** The counts of all commands together, by code. */
  byCode(): ReadonlyMap<number, number> {
    const sums = new Map<number, number>()
    for (const { code, count } of this.samples()) sums.set(code, (sums.get(code) ?? 0) + count)
    return sums
  }
}
