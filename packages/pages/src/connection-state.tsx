import type { Status } from "djangoinstant"
import { type Store, useStore } from "./store.js"

const words = {
  idle: "not connected",
  connecting: "connecting…",
  connected: "connected",
  reconnecting: "reconnecting…",
  offline: "no network",
  loggedOut: "signed out",
  failed: "refused",
} as const satisfies Record<Status, string>

/** The state of the connection, in words. */
export function ConnectionState({ state }: { readonly state: Store<Status> }) {
  const current = useStore(state)
  return (
    <span class="connection" data-state={current} role="status" data-testid="connection">
      {words[current]}
    </span>
  )
}
