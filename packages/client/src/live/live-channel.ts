import type { MessageHandler } from "../handlers.js"
import type { Instant } from "../instant.js"
import { type ChannelState, claimChannel } from "./claim-channel.js"
import { type Live, live } from "./live.js"

/** What came of a channel; its messages go to a handler. */
export function liveChannel(
  instant: Instant,
  channel: string,
  handler: MessageHandler,
): Live<ChannelState> {
  return live<ChannelState>("pending", (set) => {
    const offMessages = instant.on(channel, handler)
    const offClaim = claimChannel(instant, channel, set)
    return () => {
      offMessages()
      offClaim()
    }
  })
}
