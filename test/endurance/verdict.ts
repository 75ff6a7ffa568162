/** What was wrong with what somebody received. */
export interface Verdict {
  readonly missing: number
  readonly twice: number
  /** Received after something that was sent later. */
  readonly disordered: number
  /** Received though nobody knows of having sent it. */
  readonly unknown: number
}

/** Everything came, once, in order. */
export const faultless: Verdict = { missing: 0, twice: 0, disordered: 0, unknown: 0 }

/** Holds what was received against what was sent, in order; all that was sent is distinct. */
export function verdictOn<T>(received: readonly T[], sent: readonly T[]): Verdict {
  const places = new Map(sent.map((item, place) => [item, place]))
  const seen = new Set<T>()
  let [twice, disordered, unknown, last] = [0, 0, 0, -1]
  for (const item of received) {
    const place = places.get(item)
    if (place === undefined) unknown++
    else if (seen.has(item)) twice++
    else {
      if (place < last) disordered++
      last = Math.max(last, place)
      seen.add(item)
    }
  }
  return { missing: sent.length - seen.size, twice, disordered, unknown }
}

/** Several verdicts as one. */
export function sumOf(verdicts: readonly Verdict[]): Verdict {
  const total = (key: keyof Verdict): number => verdicts.reduce((sum, each) => sum + each[key], 0)
  return {
    missing: total("missing"),
    twice: total("twice"),
    disordered: total("disordered"),
    unknown: total("unknown"),
  }
}
