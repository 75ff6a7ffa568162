/** Why a connection is refused before it begins. */
export type Refusal =
  | "shutdown"
  | "connection_limit"
  | "connection_rate_limit"
  | "accept_queue"
  | "origin"
  | HttpFault

/** What an HTTP server refuses by itself. */
export type HttpFault = "handshake_timeout" | "header_too_big" | "bad_request"
