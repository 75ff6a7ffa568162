/**
 * How the connection is:
 * - `idle`: not asked for, or closed by the application;
 * - `connecting`: asked for, not there yet;
 * - `connected`: events arrive;
 * - `reconnecting`: lost, and tried again until it is back;
 * - `offline`: the device has no network; it goes on as soon as there is one;
 * - `loggedOut`: the session at the backend is over;
 * - `failed`: the server ended it for good; `connect()` tries again.
 */
export type Status =
  | "idle"
  | "connecting"
  | "connected"
  | "reconnecting"
  | "offline"
  | "loggedOut"
  | "failed"
