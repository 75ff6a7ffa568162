import { useEffect, useRef, useState } from "preact/hooks"
import { SignInForm } from "../../welcome/sign-in-form.js"
import { useAdmin } from "../use-admin.js"

/** The form for superusers among the built-in accounts. */
export function SignIn({ notice }: { readonly notice: string | undefined }) {
  const admin = useAdmin()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const section = useRef<HTMLElement>(null)
  useEffect(() => section.current?.querySelector("input")?.focus(), [])
  const signIn = async (username: string, password: string) => {
    setBusy(true)
    setProblem(undefined)
    setProblem(await admin.signIn(username, password))
    setBusy(false)
  }
  return (
    <main class="admin-sign-in" id="main" tabIndex={-1}>
      <section class="card sign-in" ref={section} aria-labelledby="sign-in">
        <h1 id="sign-in">Sign in to the admin</h1>
        <SignInForm busy={busy} problem={problem ?? notice} signIn={signIn}>
          For superusers. Make one: <code>npx instant users add NAME --superuser</code>
        </SignInForm>
      </section>
    </main>
  )
}
