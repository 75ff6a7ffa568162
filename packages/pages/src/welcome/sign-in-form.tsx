import type { ComponentChildren, TargetedSubmitEvent } from "preact"

interface SignInFormProps {
  readonly busy: boolean
  /** What went wrong at the last attempt, for the visitor. */
  readonly problem: string | undefined
  readonly signIn: (username: string, password: string) => Promise<void>
  /** Stands below while nothing went wrong. */
  readonly children?: ComponentChildren
}

/** User name and password, for the people who aren't ready-made. */
export function SignInForm({ busy, problem, signIn, children }: SignInFormProps) {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    void signIn(String(fields.get("username")), String(fields.get("password")))
  }
  return (
    <form class="sign-in-form" onSubmit={submit}>
      <label>
        User name
        <input name="username" autocomplete="username" autocapitalize="none" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <button type="submit" class="button primary" disabled={busy}>
        Sign in
      </button>
      <p class="note">
        <span class="problem" role="alert">
          {problem}
        </span>
        {problem === undefined && children}
      </p>
    </form>
  )
}
