import type { Filter } from "../handlers.js"
import type { Instant } from "../instant.js"
import type { Message } from "../message.js"
import { type ChannelState, claimChannel } from "./claim-channel.js"
import { type Live, live } from "./live.js"
import { onSessionEnd } from "./on-session-end.js"

/** How much a list of messages holds. */
export interface MessagesOptions {
  /** How many messages at most; the oldest give way. @default 100 */
  readonly limit?: number
  /**
   * How many of the channel's newest messages the list begins with. Those of another event class than
   * the filter's are left out then. One that the server refuses is told to `onError`. @default false
   */
  readonly history?: number | false
}

/** Which messages are meant, and how many, all on one level. */
export interface WantedMessages {
  readonly channel: string | undefined
  readonly eventClass: string | undefined
  readonly limit: number
  readonly history: number | false
}

/** Which messages a filter and options mean. */
export function wantedMessages(
  filter: Filter,
  { limit = 100, history = false }: MessagesOptions = {},
): WantedMessages {
  const { channel, eventClass }: Partial<Exclude<Filter, string>> =
    typeof filter === "string" ? { channel: filter } : filter
  return { channel, eventClass, limit, history }
}

/** The messages that are wanted, the oldest first. The list begins anew with each login. */
export function liveMessages(instant: Instant, wanted: WantedMessages): Live<readonly Message[]> {
  const { channel, eventClass, limit, history } = wanted
  const nothing: readonly Message[] = []
  return live(nothing, (set, get) => {
    let isFilled = false
    const isMeant = (message: Message) =>
      eventClass === undefined || message.eventClass === eventClass
    const put = (list: readonly Message[]) => set(list.slice(Math.max(0, list.length - limit)))
    const fill = async (name: string) => {
      if (isFilled || history === false) return
      isFilled = true
      try {
        const { messages } = await instant.history(name, { limit: history })
        put(joined(messages.filter(isMeant), get()))
      } catch (error) {
        isFilled = false
        throw error
      }
    }
    const offs = [
      // on() refuses a filter that names nothing.
      instant.on({ channel, eventClass } as Filter, (message) => {
        if (!isIn(get(), message)) put([...get(), message])
      }),
      onSessionEnd(instant, () => {
        isFilled = false
        set(nothing)
      }),
    ]
    if (channel !== undefined) {
      const told = (state: ChannelState) => state === "subscribed" && fill(channel)
      offs.push(claimChannel(instant, channel, told))
    }
    return () => {
      for (const off of offs) off()
    }
  })
}

/**
 * A history and what came while it was fetched, each message once. What the history holds too tells
 * where the two meet; without it the history is the older part.
 */
function joined(history: readonly Message[], live: readonly Message[]): readonly Message[] {
  const meeting = Math.max(
    0,
    live.findIndex((message) => isIn(history, message)),
  )
  const newer = live.slice(meeting).filter((message) => !isIn(history, message))
  return [...live.slice(0, meeting), ...history, ...newer]
}

/** Whether a message is in a list; one without an id is always another one. */
function isIn(list: readonly Message[], { id }: Message): boolean {
  return id !== "" && list.some((message) => message.id === id)
}
