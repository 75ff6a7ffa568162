/**
 * How the connection is:
 * - `idle`: not asked for, or closed by the application;
 * - `connecting`: asked for, not there yet;
 * - `connected`: events arrive;
 * - `reconnecting`: lost, and tried again until it is back;
 * - `loggedOut`: the session at the backend is over;
 * - `failed`: the server ended it for good; `connect()` tries again.
 */
export type State = "idle" | "connecting" | "connected" | "reconnecting" | "loggedOut" | "failed"
