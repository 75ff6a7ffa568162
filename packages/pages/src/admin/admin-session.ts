import { Store } from "../store.js"
import { AdminApi } from "./api/admin-api.js"
import { AdminError, reasonOf } from "./api/admin-error.js"
import type { AdminSession as SignedIn } from "./api/answers.js"

/** What the page shows. */
export type View =
  | { readonly kind: "starting" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "signedOut"; readonly notice: string | undefined }
  | { readonly kind: "elsewhere" }
  | { readonly kind: "signedIn"; readonly session: SignedIn }

const NO_SUPERUSER = "You are signed in, but not as a superuser. Sign in as one."

/** Who works here: the page's own state, and its way to the server. */
export class AdminSession {
  readonly view = new Store<View>({ kind: "starting" })
  /** What was done last, in a sentence that goes away by itself. */
  readonly notice = new Store<string | undefined>(undefined)
  readonly api = new AdminApi((reason) => this.#leave(reason))
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Finds out who is signed in. Never rejects: the view tells. */
  async start(): Promise<void> {
    try {
      this.view.set({ kind: "signedIn", session: await this.api.session() })
    } catch (error) {
      if (!(error instanceof AdminError && error.isOut))
        this.view.set({ kind: "failed", reason: reasonOf(error) })
    }
  }

  /**
   * Signs in with a built-in account.
   * @returns a sentence when it is refused, else undefined.
   */
  async signIn(username: string, password: string): Promise<string | undefined> {
    try {
      await this.api.signIn(username, password)
    } catch (error) {
      return problemOf(error)
    }
    await this.start()
    return undefined
  }

  async signOut(): Promise<void> {
    try {
      await this.api.signOut()
      this.view.set({ kind: "signedOut", notice: undefined })
    } catch (error) {
      this.view.set({ kind: "failed", reason: reasonOf(error) })
    }
  }

  /** Tells for a few seconds what was done. */
  tell(text: string): void {
    clearTimeout(this.#timer)
    this.notice.set(text)
    this.#timer = setTimeout(() => this.notice.set(undefined), NOTICE_MILLISECONDS)
  }

  #leave(reason: AdminError): void {
    const wasIn = this.view.value.kind === "signedIn"
    if (!reason.hasAccounts) {
      this.view.set({ kind: "elsewhere" })
      return
    }
    const ended = wasIn ? "You have been signed out." : undefined
    const notice = reason.code === "not_superuser" ? NO_SUPERUSER : ended
    this.view.set({ kind: "signedOut", notice })
  }
}

const NOTICE_MILLISECONDS = 5000

function problemOf(error: unknown): string {
  if (!(error instanceof AdminError)) return reasonOf(error)
  switch (error.code) {
    case "wrong_credentials":
      return "The user name or the password is wrong."
    case "too_many_attempts":
      return "Too many attempts. Wait a minute, then try again."
    default:
      return error.message
  }
}
