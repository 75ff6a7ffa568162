import { Avatar } from "../../avatar.js"
import { Brand } from "../../brand.js"
import { useStore } from "../../store.js"
import { useAdmin } from "../use-admin.js"

/** The top of the page: the name, the site, and who works here. */
export function TopBar() {
  const admin = useAdmin()
  const view = useStore(admin.view)
  return (
    <header class="header admin-header">
      <Brand />
      <span class="chip">admin</span>
      {view.kind === "signedIn" && (
        <div class="header-end">
          <span class="site" title="The site's name in every event">
            {view.session.site}
          </span>
          <span class="who" data-testid="who">
            <Avatar name={view.session.user.name} />
            <span class="visually-hidden">Signed in as </span>
            <span class="who-name">{view.session.user.name}</span>
          </span>
          {view.session.accounts && (
            <button type="button" class="button quiet" onClick={() => void admin.signOut()}>
              Sign out
            </button>
          )}
        </div>
      )}
    </header>
  )
}
