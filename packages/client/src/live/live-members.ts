import type { Instant } from "../instant.js"
import type { Member } from "../told.js"
import { claimChannel } from "./claim-channel.js"
import { type Live, live } from "./live.js"

/** Who is in a channel. */
export function liveMembers(instant: Instant, channel: string): Live<readonly Member[]> {
  const nobody: readonly Member[] = []
  return live(nobody, (set) => {
    const offPresence = instant.onPresence(channel, (members) => set(members))
    // Who was there is no news of a channel that is not there any more.
    const offClaim = claimChannel(instant, channel, (state) => {
      if (state !== "subscribed") set(nobody)
    })
    return () => {
      offPresence()
      offClaim()
    }
  })
}
