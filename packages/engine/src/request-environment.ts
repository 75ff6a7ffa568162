/** What the HTTP server beneath knows of a request, as `@hono/node-server` passes it on. */
export interface RequestEnvironment {
  /** The request as Node has it; absent where the server isn't Node's. */
  readonly incoming?: { readonly socket: Peer }
}

/** The socket that a connection came over, as far as it is asked who is at its other end. */
export interface Peer {
  /** The address of the other end; undefined where it isn't known, or not any more. */
  readonly remoteAddress?: string | undefined
}
