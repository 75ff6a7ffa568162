import type { Envelope } from "@instant-ws/protocol/envelope"
import type { Message } from "./message.js"

/** Which messages are meant: those of a channel, of an event class, or of both. */
export type Filter =
  | string
  | { readonly channel: string; readonly eventClass?: string }
  | { readonly channel?: string; readonly eventClass: string }

/**
 * Is called with the message that it asked for, and with the event as it travelled. What it returns is
 * ignored, but a promise is watched.
 */
export type Handler<What> = (message: What, envelope: Envelope) => unknown

/** A handler of messages. */
export type MessageHandler<Data = unknown, Msg = string> = Handler<Message<Data, Msg>>

/** A filter taken apart, with `""` for every channel. @throws TypeError when it names nothing. */
export function partsOf(filter: Filter) {
  const { channel, eventClass }: { readonly channel?: string; readonly eventClass?: string } =
    typeof filter === "string" ? { channel: filter } : filter
  if (channel === undefined && eventClass === undefined) {
    throw new TypeError("on() needs a channel name, { eventClass }, or both")
  }
  return { channel: channel ?? "", eventClass }
}
