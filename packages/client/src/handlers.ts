import type { Message } from "./message.js"

/** Which messages are meant: those of a channel, of an event class, or of both. */
export type Filter =
  | string
  | { readonly channel: string; readonly eventClass?: string }
  | { readonly channel?: string; readonly eventClass: string }

/** Is called with what it asked for. What it returns is ignored, but a promise is watched. */
export type Handler<What> = (what: What) => unknown

/** A handler of messages. */
export type MessageHandler<Data = unknown, Msg = string> = Handler<Message<Data, Msg>>

/** Whether a name that an application uses stands for a channel: `x` also for `$x`, if there is no `x`. */
export type IsNamed = (name: string, channelName: string) => boolean

/**
 * A handler that is called with the messages of a filter alone.
 * @throws TypeError when it is not a function, or the filter names nothing.
 */
export function filtered(filter: Filter, handler: MessageHandler, isNamed: IsNamed) {
  const { channel, eventClass } =
    typeof filter === "string" ? { channel: filter, eventClass: undefined } : filter
  if (channel === undefined && eventClass === undefined) {
    throw new TypeError("on() needs a channel name, { eventClass }, or both")
  }
  if (typeof handler !== "function") throw new TypeError("A handler must be a function")
  return (message: Message) => {
    if (eventClass !== undefined && eventClass !== message.eventClass) return
    if (channel !== undefined && !isNamed(channel, message.channelName)) return
    return handler(message)
  }
}
