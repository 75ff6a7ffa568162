/** How often what happened. */
export type Counts = Readonly<Record<string, number>>

/** Counts what happens, by a word for it. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(word: string, count = 1): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + count)
  }

  /** Adds what others have counted. */
  static of(all: readonly Counts[]): Tally {
    const tally = new Tally()
    for (const [word, count] of all.flatMap((each) => Object.entries(each))) tally.add(word, count)
    return tally
  }

  get counts(): Counts {
    return Object.fromEntries(this.#counts)
  }

  /** As "taken 3, closed 1". */
  toString(): string {
    return [...this.#counts].map(([word, count]) => `${word} ${count}`).join(", ") || "none"
  }
}

/** A word for an error: its code where it has one. */
export function wordFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return "code" in error ? String(error.code) : error.message
}
