import { Dashboard } from "./dashboard/dashboard.js"
import { Header } from "./header.js"
import type { Session } from "./session.js"
import { useStore } from "./store.js"
import { Welcome } from "./welcome/welcome.js"

/** The whole page. */
export function App({ session }: { readonly session: Session }) {
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <Header session={session} />
      <main id="main" tabIndex={-1}>
        <Content session={session} />
      </main>
    </>
  )
}

function Content({ session }: { readonly session: Session }) {
  const view = useStore(session.view)
  switch (view.kind) {
    case "starting":
      return <p class="waiting">One moment…</p>
    case "failed":
      return <Failure reason={view.reason} retry={() => session.start()} />
    case "signedOut":
      return <Welcome session={session} notice={view.notice} />
    case "signedIn":
      return <Dashboard session={session} user={view.user} channels={view.channels} />
  }
}

function Failure(props: { readonly reason: string; readonly retry: () => Promise<void> }) {
  return (
    <div class="failure" role="alert">
      <h1>This did not work</h1>
      <p>{props.reason}</p>
      <button type="button" class="button" onClick={() => void props.retry()}>
        Try again
      </button>
    </div>
  )
}
