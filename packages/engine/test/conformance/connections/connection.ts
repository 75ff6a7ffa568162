import type { Json } from "../json.js"
import type { Inbox } from "./inbox.js"

/** What goes out in one piece. */
export type Outgoing =
  | { readonly kind: "commands"; readonly commands: readonly Json[]; readonly isDeflated: boolean }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Buffer }

/** Whom the emulation endpoint is to hand a piece to; the connection's own session by default. */
export interface EmulationAddress {
  readonly session: string | undefined
  readonly node: string | undefined
}

/** A client's connection to the server under test. */
export interface Connection {
  readonly inbox: Inbox
  /** Resolves with the HTTP status of the emulation request where the transport needs one. */
  send(outgoing: Outgoing, address: EmulationAddress): Promise<number | undefined>
  /** Stops reading from the socket. */
  pause(): void
  /** Reads on. */
  resume(): void
  /** Ends it, and waits until the server has seen that, a moment at most. */
  close(): Promise<void>
}

/** A connection just made, and what the server answered to the request for it. */
export interface Opened {
  readonly connection: Connection
  readonly result: { readonly status: number; readonly [key: string]: Json }
}
