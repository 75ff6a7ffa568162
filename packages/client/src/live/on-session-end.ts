import type { Off } from "../emitter.js"
import type { Instant } from "../instant.js"

/** Tells when a login is over: what it received may be nothing for the next one. */
export function onSessionEnd(instant: Instant, ended: () => void): Off {
  return instant.onStatus((status) => {
    if (status === "idle" || status === "loggedOut") ended()
  })
}
