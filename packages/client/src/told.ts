import type { Envelope } from "@instant-ws/protocol/envelope"
import type { InstantError } from "./instant-error.js"
import type { Message } from "./message.js"
import type { Status } from "./status.js"

/** A channel that was refused, or taken away. */
export interface Denied {
  readonly channel: string
  /** The protocol's code: 103 permission denied, 2000 ended by the server, 1 no token … */
  readonly code: number
  readonly reason: string
}

/** What came of an interruption in one channel. */
export interface Recovered {
  readonly channel: string
  /** How many messages were published meanwhile, and have now been delivered. */
  readonly missed: number
  /** Whether that is all of them; false when the server can't tell, or has no history that far back. */
  readonly complete: boolean
}

/** A connection in a channel. One user may have many. */
export interface Member {
  /** The connection's id. */
  readonly client: string
  /** The user's id; `""` for a visitor without one. */
  readonly user: string
  /** What the token of the connection says of it. */
  readonly connInfo?: unknown
  /** What the subscription's token says of it. */
  readonly chanInfo?: unknown
}

/** Who came or went. */
export interface PresenceChange {
  readonly joined?: Member
  readonly left?: Member
}

/** Is told who is there, and what has changed since; nothing has when the list was made anew. */
export type PresenceListener = (members: readonly Member[], change: PresenceChange) => unknown

/** What listeners are told, by event. */
export interface Told {
  message: [Message, Envelope]
  presence: Parameters<PresenceListener>
  error: [InstantError]
  status: [Status, string]
  loggedOut: [string]
  recovered: [Recovered]
  denied: [Denied]
}
