import { Avatar } from "./avatar.js"
import { Brand } from "./brand.js"
import { bareName } from "./channel.js"
import { ConnectionState } from "./connection-state.js"
import type { Session } from "./session.js"
import { useStore } from "./store.js"

/** The top of the page: the name, and for the signed-in who they are and how they are connected. */
export function Header({ session }: { readonly session: Session }) {
  const view = useStore(session.view)
  return (
    <header class="header">
      <Brand />
      {view.kind === "signedIn" && (
        <div class="header-end">
          {view.channels.some(({ name }) => bareName(name) === "superuser") && (
            <a class="button quiet" href="/instant/admin/">
              Admin
            </a>
          )}
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
