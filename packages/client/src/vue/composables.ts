import {
  getCurrentInstance,
  getCurrentScope,
  type MaybeRefOrGetter,
  onMounted,
  type ShallowRef,
  shallowRef,
  toValue,
  watch,
} from "vue"
import type { Filter, MessageHandler } from "../handlers.js"
import type { ChannelState } from "../live/claim-channel.js"
import type { Live } from "../live/live.js"
import { liveChannel } from "../live/live-channel.js"
import { liveMembers } from "../live/live-members.js"
import { liveMessages, type MessagesOptions, wantedMessages } from "../live/live-messages.js"
import type { Message } from "../message.js"
import type { Status } from "../status.js"
import type { Member } from "../told.js"
import { useInstantClient } from "./provide-instant.js"

/**
 * Subscribes to a channel from when the component is mounted until its scope ends, and says what came of
 * it. Components that ask for the same one share one subscription.
 * @param handler is called with each message
 */
export function useChannel<Data = unknown, Msg = string>(
  channel: MaybeRefOrGetter<string>,
  handler?: MessageHandler<Data, Msg>,
): Readonly<ShallowRef<ChannelState>> {
  const instant = useInstantClient()
  // Data and Msg are the application's word for what the publisher sends.
  const call: MessageHandler = (message, envelope) =>
    handler?.(message as Message<Data, Msg>, envelope)
  return useLive<string, ChannelState>("pending", channel, (name) =>
    liveChannel(instant, name, call),
  )
}

/**
 * The newest messages of a channel, of `{ eventClass }`, or of both, the oldest first: those that come
 * while the component is mounted, after the channel's history if `history` says so, each id once. A
 * channel is subscribed as by {@link useChannel}. The list begins anew when the filter changes, and
 * with each login.
 */
export function useMessages<Data = unknown, Msg = string>(
  filter: MaybeRefOrGetter<Filter>,
  options?: MessagesOptions,
): Readonly<ShallowRef<readonly Message<Data, Msg>[]>> {
  const instant = useInstantClient()
  const messages = useLive<Filter, readonly Message[]>([], filter, (now) =>
    liveMessages(instant, wantedMessages(now, options)),
  )
  // As in useChannel.
  return messages as Readonly<ShallowRef<readonly Message<Data, Msg>[]>>
}

/**
 * Who is in a channel, kept up to date while the component is mounted; nobody before that is known, or
 * when the channel is denied. The channel is subscribed as by {@link useChannel}.
 */
export function usePresence(
  channel: MaybeRefOrGetter<string>,
): Readonly<ShallowRef<readonly Member[]>> {
  const instant = useInstantClient()
  return useLive<string, readonly Member[]>([], channel, (name) => liveMembers(instant, name))
}

/** How the connection is; `idle` on the server, and until the component is mounted. */
export function useStatus(): Readonly<ShallowRef<Status>> {
  const instant = useInstantClient()
  return useLive<undefined, Status>("idle", undefined, () => ({
    get: () => instant.status,
    watch: instant.onStatus,
  }))
}

/** Nothing is begun before the component is mounted: never on the server, or before hydration is done. */
function useLive<Source, Value>(
  initial: Value,
  source: MaybeRefOrGetter<Source>,
  liveOf: (source: Source) => Live<Value>,
): Readonly<ShallowRef<Value>> {
  const value = shallowRef(initial)
  const follow = () =>
    watch(
      () => toValue(source),
      (now, _before, onCleanup) => {
        const one = liveOf(now)
        const update = () => {
          value.value = one.get()
        }
        onCleanup(one.watch(update))
        update()
      },
      { immediate: true },
    )
  const scope = getCurrentScope()
  if (getCurrentInstance()) onMounted(() => scope?.run(follow))
  else follow()
  return value
}
