import fc from "fast-check"
import { Tally, wordFor } from "../tally.js"
import { mutated } from "./mutations.js"
import type { Shooter, Target } from "./targets.js"

/** So many send wrong things to a target at a time. */
const AT_ONCE = 8

/** Sends a target so many wrong things, and tells how often it came to what. */
export async function volley(
  target: Target,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<Tally> {
  const shots = fc.sample(fc.record({ bytes: mutated(target.recorded), how: fc.nat() }), {
    seed,
    numRuns: count,
  })
  const outcomes = new Tally()
  const left = shots.values()
  const shootInTurn = async (shooter: Shooter): Promise<void> => {
    for (const shot of left) {
      outcomes.add(await shooter.shoot(shot).catch(wordFor))
    }
    shooter.leave()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => shootInTurn(target.start())))
  return outcomes
}
