import type { InstantUser } from "./user.js"

/** Somebody signed in with the built-in accounts. */
export interface SignIn {
  readonly user: InstantUser
}

/** Hears of a sign-in. It must not throw. */
export type SignInListener = (signIn: SignIn) => void

/** Tells who listens that somebody signed in. */
export class SignInEvents {
  readonly #listeners = new Set<SignInListener>()

  /** Adds a listener; the answer takes it away again. */
  on(listener: SignInListener): () => void {
    // A function of our own for each call: the same listener may be added twice.
    const own: SignInListener = (signIn) => listener(signIn)
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
    }
  }

  emit(signIn: SignIn): void {
    for (const listener of this.#listeners) listener(signIn)
  }
}
