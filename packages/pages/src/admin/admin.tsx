import { useStore } from "../store.js"
import type { AdminSession } from "./admin-session.js"
import { Shell } from "./shell/shell.js"
import { SignIn } from "./shell/sign-in.js"
import { TopBar } from "./shell/top-bar.js"
import { AdminContext } from "./use-admin.js"

/** The whole page. */
export function Admin({ session }: { readonly session: AdminSession }) {
  return (
    <AdminContext value={session}>
      <button
        type="button"
        class="skip-link"
        onClick={() => document.getElementById("main")?.focus()}
      >
        Skip to the content
      </button>
      <TopBar />
      <Content session={session} />
    </AdminContext>
  )
}

function Content({ session }: { readonly session: AdminSession }) {
  const view = useStore(session.view)
  switch (view.kind) {
    case "starting":
      return <p class="waiting">One moment…</p>
    case "failed":
      return (
        <main id="main" tabIndex={-1}>
          <div class="failure" role="alert">
            <h1>This did not work</h1>
            <p>{view.reason}</p>
            <button type="button" class="button" onClick={() => void session.start()}>
              Try again
            </button>
          </div>
        </main>
      )
    case "elsewhere":
      return (
        <main class="failure" id="main" tabIndex={-1}>
          <h1>Sign in at the site first</h1>
          <p>
            This site has a login of its own. Sign in there as a superuser, then come back to this
            page.
          </p>
          <button type="button" class="button" onClick={() => void session.start()}>
            I have signed in
          </button>
        </main>
      )
    case "signedOut":
      return <SignIn notice={view.notice} />
    case "signedIn":
      return <Shell />
  }
}
