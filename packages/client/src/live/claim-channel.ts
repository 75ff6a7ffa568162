import type { Off } from "../emitter.js"
import type { Instant } from "../instant.js"
import { onSessionEnd } from "./on-session-end.js"

/**
 * What came of a channel that was asked for:
 * - `pending`: no answer yet, as before `connect()`;
 * - `subscribed`: its messages arrive, or will when the line is back;
 * - `denied`: it was refused, or taken away.
 */
export type ChannelState = "pending" | "subscribed" | "denied"

/**
 * Subscribes to a channel until it is called off. `tell` hears what comes of it, and `subscribed` again
 * with each new connection. What fails is told to `onError`; while there is no connection, it is left
 * to the next one.
 */
export function claimChannel(
  instant: Instant,
  channel: string,
  tell: (state: ChannelState) => unknown,
): Off {
  let state: ChannelState | "off" = "pending"
  const become = (next: ChannelState) => {
    state = next
    return tell(next)
  }
  const ask = async () => {
    try {
      await instant.subscribe(channel)
      await answerOf(instant, channel)
      if (instant.status !== "connected" || state === "denied" || state === "off") return
      await become("subscribed")
    } catch (error) {
      if (instant.status === "connected") instant.report(error)
    }
  }
  const offDenied = instant.onDenied(({ channel: name }) => {
    if (name === channel || name === fullName(instant, channel)) become("denied")
  })
  const offEnd = onSessionEnd(instant, () => become("pending"))
  const offStatus = instant.onStatus((status) => {
    if (status !== "connected" || state === "denied") return
    // Only subscribe() tells when there is an answer; one claim is enough.
    const asked = ask()
    instant.unsubscribe(channel)
    return asked
  })
  // In this turn somebody may watch who is there, which a subscription must know from its beginning.
  queueMicrotask(ask)
  return () => {
    state = "off"
    offDenied()
    offEnd()
    offStatus()
    // Whoever comes in this turn asks first, and takes the subscription over.
    queueMicrotask(() => instant.unsubscribe(channel))
  }
}

/** Waits until the server has said yes or no. */
async function answerOf(instant: Instant, channel: string): Promise<void> {
  const current = () => instant.getClient()?.getSubscription(fullName(instant, channel))
  const subscription = current()
  try {
    await subscription?.ready()
  } catch {
    // Another one has taken its place, unless it was denied.
    if (current() !== subscription) await answerOf(instant, channel)
  }
}

/** The channel that a name stands for: `$x` for `x`, if there is no `x`. */
function fullName({ channels }: Instant, channel: string): string {
  return [...channels].some(({ name }) => name === channel) ? channel : `$${channel}`
}
