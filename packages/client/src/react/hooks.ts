import { useInsertionEffect, useMemo, useRef, useSyncExternalStore } from "react"
import type { Filter, MessageHandler } from "../handlers.js"
import type { ChannelState } from "../live/claim-channel.js"
import type { Live } from "../live/live.js"
import { liveChannel } from "../live/live-channel.js"
import { liveMembers } from "../live/live-members.js"
import { liveMessages, type MessagesOptions, wantedMessages } from "../live/live-messages.js"
import type { Message } from "../message.js"
import type { Status } from "../status.js"
import type { Member } from "../told.js"
import { useInstantClient } from "./instant-provider.js"

/**
 * Subscribes to a channel while the component is mounted, and says what came of it. Components that
 * ask for the same one share one subscription.
 * @param handler is called with each message, always as it was rendered last
 */
export function useChannel<Data = unknown, Msg = string>(
  channel: string,
  handler?: MessageHandler<Data, Msg>,
): ChannelState {
  const instant = useInstantClient()
  const newest = useRef(handler)
  useInsertionEffect(() => {
    newest.current = handler
  })
  const state = useMemo(() => {
    // Data and Msg are the application's word for what the publisher sends.
    const call: MessageHandler = (message, envelope) =>
      newest.current?.(message as Message<Data, Msg>, envelope)
    return liveChannel(instant, channel, call)
  }, [instant, channel])
  return useLive(state)
}

/**
 * The newest messages of a channel, of `{ eventClass }`, or of both, the oldest first: those that come
 * while the component is mounted, after the channel's history if `history` says so, each id once. A
 * channel is subscribed as by {@link useChannel}. The list is the same one until it changes, and begins
 * anew when the filter or the options change, and with each login.
 */
export function useMessages<Data = unknown, Msg = string>(
  filter: Filter,
  options?: MessagesOptions,
): readonly Message<Data, Msg>[] {
  const instant = useInstantClient()
  const { channel, eventClass, limit, history } = wantedMessages(filter, options)
  const messages = useMemo(
    () => liveMessages(instant, { channel, eventClass, limit, history }),
    [instant, channel, eventClass, limit, history],
  )
  // As in useChannel.
  return useLive(messages) as readonly Message<Data, Msg>[]
}

/**
 * Who is in a channel, kept up to date while the component is mounted; nobody before that is known, or
 * when the channel is denied. The channel is subscribed as by {@link useChannel}.
 */
export function usePresence(channel: string): readonly Member[] {
  const instant = useInstantClient()
  return useLive(useMemo(() => liveMembers(instant, channel), [instant, channel]))
}

/** How the connection is. On the server, and while the page is hydrated, it is `idle`. */
export function useStatus(): Status {
  const instant = useInstantClient()
  return useSyncExternalStore(
    instant.onStatus,
    () => instant.status,
    () => "idle",
  )
}

/** A live value is made anew for each component, so that it begins alike on the server and the page. */
function useLive<Value>({ get, watch }: Live<Value>): Value {
  return useSyncExternalStore(watch, get, get)
}
