import type { Member } from "../engine/engine-link.js"

/** Who came into a channel and who left it since the last time. Who did both is in neither. */
export interface PresenceChange {
  readonly joined: readonly Member[]
  readonly left: readonly Member[]
}
