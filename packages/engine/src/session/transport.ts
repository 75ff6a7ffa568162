import type { IncomingHttpHeaders } from "node:http"
import type { Disconnect } from "@instant-ws/protocol"
import type { Chain } from "../delivery/chain.js"
import type { Sink } from "../delivery/session-queue.js"
import type { TransportName } from "../delivery/transport-name.js"
import type { Peer } from "../request-environment.js"

/** The socket under a session: frames out, and the end. */
export interface Transport extends Sink {
  /** The chain from which this transport's frames grow. */
  readonly empty: Chain
  /** The headers of the HTTP request that the connection began with. */
  readonly headers: IncomingHttpHeaders
  /** Who is at the other end; undefined where the server beneath doesn't tell. */
  readonly peer: Peer | undefined
  /** What the transport is called in metrics and to the backend. */
  readonly name: TransportName
  /** What the client speaks. */
  readonly codec: "json" | "protobuf"
  /**
   * How the client talks back: over the same connection, over requests of its own that name the
   * session, or not at all.
   */
  readonly direction: "bidirectional" | "emulated" | "unidirectional"
  /**
   * Says goodbye behind what was written.
   * @param errorCode The error that the goodbye stands for, where a client can't be told of errors.
   */
  close(disconnect: Disconnect, errorCode?: number): void
  /** Ends the connection at once. */
  terminate(): void
  /** Reads nothing more until {@link resume}. */
  pause(): void
  resume(): void
}
