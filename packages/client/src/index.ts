import { Message } from "./message.js"
import { useInstant } from "./use-instant.js"

export type { Envelope } from "@instant-ws/protocol/envelope"
export type { WebSocketClass } from "#platform"
export type { Channel, Level } from "./backend-answer.js"
export type { ReconnectDelay } from "./connection.js"
export type { Off } from "./emitter.js"
export type {
  ChannelName,
  DataOf,
  DeclaredChannels,
  EventClassOf,
  EventMessage,
  MessageOf,
  On,
  TypedOn,
  UntypedOn,
} from "./events.js"
export type { Filter, Handler, MessageHandler } from "./handlers.js"
export type {
  History,
  HistoryOptions,
  Instant,
  InstantOptions,
  Position,
  PublishOptions,
} from "./instant.js"
export { type ErrorDetails, type ErrorKind, InstantError } from "./instant-error.js"
export type { ChannelDeclaration, Schema, SchemaResult } from "./schema.js"
export type { Status } from "./status.js"
export type { Denied, Member, PresenceChange, PresenceListener, Recovered } from "./told.js"
export { Message, useInstant }

/** What the named exports are, for those who import the whole. */
const djangoinstant = {
  Message,
  /** See {@link useInstant}. */
  useInstant,
}
export default djangoinstant
