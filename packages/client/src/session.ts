import { Backend } from "./backend.js"
import { type Channel, readTokens, type Tokens } from "./backend-answer.js"
import type { TokenSource } from "./connection.js"
import { InstantError, isRefusal } from "./instant-error.js"
import { tokenUser } from "./token-user.js"

/** Who is logged in at the backend: the tokens and channels of that user. */
export class Session implements TokenSource {
  /** One set, refilled, so that whoever holds it sees the channels of now. */
  readonly channels = new Set<Channel>()
  readonly #byName = new Map<string, Channel>()
  /** Resolves when tokens are there for the first time. */
  readonly onReady: Promise<true>
  readonly #fetch: typeof fetch
  readonly #onLost: (reason: string) => void
  #ready: (isReady: true) => void = () => {}
  #url: string | undefined
  #backend: Backend | undefined
  #tokens: Tokens | undefined
  /** What is asked for the user of now, by endpoint. Another login asks anew. */
  #renewals = new Map<string, Promise<void>>()

  /** `onLost` is called when the session of a user ends without {@link logout}. */
  constructor(fetcher: typeof fetch, onLost: (reason: string) => void) {
    this.#fetch = fetcher
    this.#onLost = onLost
    this.onReady = new Promise((resolve) => {
      this.#ready = resolve
    })
  }

  /** The tokens of who is logged in; undefined when nobody is. */
  get tokens(): Tokens | undefined {
    return this.#tokens
  }

  /** The user's channel of a name, with or without the `$` of a private one. */
  find(name: string): Channel | undefined {
    return this.#byName.get(name) ?? this.#byName.get(`$${name}`)
  }

  /** Starts anew at the backend of this address, with nobody known to be logged in. */
  begin(url: string): void {
    this.forget()
    // The same backend keeps its cookies.
    if (this.#url !== url) this.#backend = new Backend(url, this.#fetch)
    this.#url = url
  }

  /** @throws InstantError of kind `backend`, with code 403 for a wrong name or password: the user stays. */
  async login(username: string, password: string): Promise<void> {
    const tokens = await this.#at().ask("login/", readTokens, { username, password })
    this.forget()
    this.#accept(tokens)
  }

  /**
   * Fetches the tokens of whoever is logged in now, and says whether that is another user than before.
   * @throws InstantError of kind `backend`, with code 403 when nobody is.
   */
  async refresh(): Promise<boolean> {
    const user = this.#user
    await this.#fetchTokens("get_token/", () => true)
    return user !== this.#user
  }

  /** Forgets the user, and logs out at the backend. @throws InstantError when that failed. */
  async logout(): Promise<void> {
    const backend = this.#at()
    this.forget()
    const logout = () => backend.ask("logout/", () => {})
    try {
      await logout()
    } catch (error) {
      if (!isRefusal(error)) throw error
      // Either nobody is logged in, or another tab's login has changed the CSRF token.
      try {
        backend.csrfToken = (await backend.ask("get_token/", readTokens)).csrfToken
      } catch (refusal) {
        if (isRefusal(refusal)) return
        throw refusal
      }
      await logout()
    }
  }

  /** A new connection token for the same user. @throws InstantError when there is none. */
  async connectionToken(): Promise<string> {
    await this.#renew("get_token/")
    return this.#tokens?.connectionToken ?? ""
  }

  /**
   * A new token for a channel, `""` when the user may not see it any more.
   * @throws InstantError when there is none.
   */
  async subscriptionToken(name: string): Promise<string> {
    await this.renewChannels()
    return this.#byName.get(name)?.token ?? ""
  }

  /** Fetches the channels of the user with new tokens. @throws InstantError when there are none. */
  renewChannels(): Promise<void> {
    return this.#renew("subscribe/")
  }

  /** Nobody is known to be logged in any more. */
  forget(): void {
    this.#renewals = new Map()
    this.#tokens = undefined
    this.#fill([])
  }

  #at(): Backend {
    if (this.#backend !== undefined) return this.#backend
    throw new InstantError("usage", "Call init(backendUrl, websocketsUrl) first")
  }

  get #user(): string | undefined {
    return this.#tokens && tokenUser(this.#tokens.connectionToken)
  }

  /** Fetches new tokens for the same user. All who ask at once share one request. */
  #renew(path: string): Promise<void> {
    const renewals = this.#renewals
    const renewal =
      renewals.get(path) ??
      this.#fetchTokens(path, (token) => tokenUser(token) === this.#user).finally(() =>
        renewals.delete(path),
      )
    renewals.set(path, renewal)
    return renewal
  }

  /**
   * Does nothing when another login begins meanwhile. A refusal ends the session of the user, if there
   * was one, as do tokens that the user can't own.
   */
  async #fetchTokens(path: string, isOwn: (token: string) => boolean): Promise<void> {
    const renewals = this.#renewals
    const isCurrent = () => renewals === this.#renewals
    try {
      const tokens = await this.#at().ask(path, (answer, url) =>
        readTokens(answer, url, this.#tokens),
      )
      if (!isCurrent()) return
      const { connectionToken, channels } = tokens
      if ([connectionToken, ...channels.map(({ token }) => token)].every(isOwn)) {
        this.#accept(tokens)
      } else this.#lose("another user has logged in")
    } catch (error) {
      if (!isCurrent()) return
      if (isRefusal(error) && this.#tokens) this.#lose("the backend says that nobody is logged in")
      throw error
    }
  }

  #accept(tokens: Tokens): void {
    this.#tokens = tokens
    this.#at().csrfToken = tokens.csrfToken
    this.#fill(tokens.channels)
    this.#ready(true)
  }

  #fill(channels: readonly Channel[]): void {
    this.channels.clear()
    this.#byName.clear()
    for (const channel of channels) {
      this.channels.add(channel)
      this.#byName.set(channel.name, channel)
    }
  }

  #lose(reason: string): void {
    this.forget()
    this.#onLost(reason)
  }
}
