/** Why a connection is refused before it begins. */
export type Refusal = "shutdown" | "connection_limit" | "connection_rate_limit" | "origin"
