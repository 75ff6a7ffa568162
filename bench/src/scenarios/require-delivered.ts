import type { Contestant } from "../stage/contestants.js"
import type { Reckoned } from "../stage/live.js"

/**
 * For servers that stay up.
 * @throws Error unless every client got every publication once.
 */
export function requireDelivered({ name }: Contestant, { missing, twice }: Reckoned): void {
  if (missing > 0 || twice > 0) {
    throw new Error(
      `${name}: of what clients were due, ${missing} never came and ${twice} came twice`,
    )
  }
}
