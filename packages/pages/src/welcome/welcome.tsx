import { useState } from "preact/hooks"
import type { Session } from "../session.js"
import { People } from "./people.js"
import { SignInForm } from "./sign-in-form.js"

interface WelcomeProps {
  readonly session: Session
  readonly notice: string | undefined
}

/** What a visitor sees first: what this is, and four people to be. */
export function Welcome({ session, notice }: WelcomeProps) {
  const [problem, setProblem] = useState(notice)
  const [busy, setBusy] = useState(false)
  const signIn = async (username: string, password: string) => {
    setBusy(true)
    setProblem(undefined)
    setProblem(await session.signIn(username, password))
    setBusy(false)
  }
  return (
    <div class="welcome">
      <div class="pitch">
        <h1>Events from your server, in the browsers that may see them.</h1>
        <p class="lead">
          Everything on the next page is live and real. Four people are ready: each sees the
          channels that are theirs, and none other.
        </p>
      </div>
      <section class="card sign-in" aria-labelledby="sign-in">
        <h2 id="sign-in">Sign in as</h2>
        <People session={session} busy={busy} signIn={signIn} />
        <p class="divider">or</p>
        <SignInForm busy={busy} problem={problem} signIn={signIn}>
          More people: <code>npx instant users add NAME</code>
        </SignInForm>
      </section>
      <div class="snippets">
        <Snippet where="Server" code={'await instant.publish("lobby", "Hello")'} />
        <Snippet where="Browser" code={'instant.on("lobby", (message) => toast(message.msg))'} />
      </div>
    </div>
  )
}

function Snippet({ where, code }: { readonly where: string; readonly code: string }) {
  return (
    <figure class="snippet">
      <figcaption>{where}</figcaption>
      <pre>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
