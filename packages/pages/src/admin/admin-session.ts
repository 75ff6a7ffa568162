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

/** How long it is told what was done. */
const NOTICE_MILLISECONDS = 5000

const NO_COOKIES = "The browser forgets the session. Does it keep cookies for this site?"
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
    const view = this.view.value
    const isForgotten = view.kind === "signedOut" && view.notice === undefined
    return isForgotten ? NO_COOKIES : undefined
  }

  async signOut(): Promise<void> {
    try {
      await this.api.signOut()
      this.#ask(undefined)
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
    const { kind } = this.view.value
    if (!reason.hasAccounts) this.view.set({ kind: "elsewhere" })
    else if (reason.code === "not_superuser") this.#ask(NO_SUPERUSER)
    else if (kind === "signedIn") this.#ask("You have been signed out.")
    // Several requests may be refused at once: the first has said why.
    else if (kind !== "signedOut") this.#ask(undefined)
  }

  #ask(notice: string | undefined): void {
    this.view.set({ kind: "signedOut", notice })
  }
}

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
