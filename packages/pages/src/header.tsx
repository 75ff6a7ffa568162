import { Avatar } from "./avatar.js"
import { ConnectionState } from "./connection-state.js"
import type { Session } from "./session.js"
import { useStore } from "./store.js"

/** The top of the page: the name, and for the signed-in who they are and how they are connected. */
export function Header({ session }: { readonly session: Session }) {
  const view = useStore(session.view)
  return (
    <header class="header">
      <p class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="9" />
          <path d="M18.2 5.5 8.6 18.1h5.9l-1.2 8.4 9.8-12.9h-6.1z" />
        </svg>
        <span class="brand-name">Instant</span>
      </p>
      {view.kind === "signedIn" && (
        <div class="header-end">
          <ConnectionState state={session.state} />
          <span class="who" data-testid="who">
            <Avatar name={view.user} />
            <span class="visually-hidden">Signed in as </span>
            <span class="who-name">{view.user}</span>
          </span>
          <button type="button" class="button quiet" onClick={() => void session.signOut()}>
            Sign out
          </button>
        </div>
      )}
    </header>
  )
}
