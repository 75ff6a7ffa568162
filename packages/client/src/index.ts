import { Message } from "./message.js"
import { useInstant } from "./use-instant.js"

export type { Envelope } from "@instant-ws/protocol/envelope"
export type { Channel, Level } from "./backend-answer.js"
export type { Denied } from "./connection.js"
export type { Filter, MessageHandler } from "./handlers.js"
export type { Instant, InstantOptions } from "./instant.js"
export { type ErrorKind, InstantError } from "./instant-error.js"
export type { Off } from "./listeners.js"
export type { Recovered } from "./recoveries.js"
export type { State } from "./state.js"
export type { WebSocketClass } from "./web-socket.js"
export { Message, useInstant }

/** What the named exports are, for those who import the whole. */
const djangoinstant = {
  Message,
  /** See {@link useInstant}. */
  useInstant,
}
export default djangoinstant
