/**
 * How the connection is: `idle` before it is opened, `connecting` for the first time, `connected`,
 * `reconnecting` after it was lost, `closed` by `close()` or because no attempt is left.
 */
export type Status = "idle" | "connecting" | "connected" | "reconnecting" | "closed"
