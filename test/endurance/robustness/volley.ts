import fc from "fast-check"
import { mutated } from "./mutations.js"
import type { Shooter, Target } from "./targets.js"

/** So many send wrong things to a target at a time. */
const AT_ONCE = 8

/** Sends a target so many wrong things, and tells how often it came to what. */
export async function volley(
  target: Target,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<ReadonlyMap<string, number>> {
  const shots = fc.sample(fc.record({ bytes: mutated(target.recorded), how: fc.nat() }), {
    seed,
    numRuns: count,
  })
  const outcomes = new Map<string, number>()
  const left = shots.values()
  const shootInTurn = async (shooter: Shooter): Promise<void> => {
    for (const shot of left) {
      const outcome = await shooter.shoot(shot).catch(wordFor)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    shooter.leave()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => shootInTurn(target.start())))
  return outcomes
}

function wordFor(error: unknown): string {
  if (!(error instanceof Error)) return "failed"
  return "code" in error ? String(error.code) : error.message
}
