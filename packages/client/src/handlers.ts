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
