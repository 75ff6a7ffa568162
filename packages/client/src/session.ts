import { type Backend, createBackend } from "./backend.js"
import { type Channel, readTokens, type Tokens } from "./backend-answer.js"
import { InstantError, isRefusal, unlessRefused } from "./instant-error.js"
import { tokenUser } from "./token-user.js"

/** Who is logged in at the backend: the tokens and channels of that user. */
export class Session {
  /** One set, refilled, so that whoever holds it sees the channels of now. */
  readonly channels = new Set<Channel>()
  /** Undefined when nobody is logged in. */
  tokens: Tokens | undefined
  #setReady: (isReady: true) => void = () => {}
  /** Resolves when tokens are there for the first time. */
  readonly onReady = new Promise<true>((resolve) => {
    this.#setReady = resolve
  })
  readonly #onLost: (reason: string) => void
  #byName = new Map<string, Channel>()
  #url: string | undefined
  #ask: Backend = async () => {
    throw new InstantError("usage", "Call init(backendUrl, websocketsUrl) first")
  }
  /** What is asked for the user of now, by endpoint. Another login asks anew. */
  #renewals = new Map<string, Promise<void>>()

  /** `onLost` is called when the session of a user ends without {@link logout}. */
  constructor(onLost: (reason: string) => void) {
    this.#onLost = onLost
  }

  /** The user's channel of a name, with or without the `$` of a private one. */
  find(name: string): Channel | undefined {
    return this.#byName.get(name) ?? this.#byName.get(`$${name}`)
  }

  /** Starts anew at the backend of this address, with nobody known to be logged in. */
  begin(url: string, fetcher: typeof fetch): void {
    this.take()
    // The same backend keeps its cookies.
    if (this.#url !== url) this.#ask = createBackend(url, fetcher)
    this.#url = url
  }

  /** @throws InstantError of kind `backend`, with code 403 for a wrong name or password: the user stays. */
  async login(username: string, password: string): Promise<void> {
    this.take(await this.#ask("login/", readTokens, { username, password }))
  }

  /**
   * Fetches the tokens of whoever is logged in now, and says whether that is another user than before.
   * @throws InstantError of kind `backend`, with code 403 when nobody is.
   */
  async refresh(): Promise<boolean> {
    const user = this.#user
    await this.#fetchTokens("get_token/", () => true)
    return user !== undefined && user !== this.#user
  }

  /** Forgets the user, and logs out at the backend. @throws InstantError when that failed. */
  async logout(): Promise<void> {
    const ask = this.#ask
    const logout = () => ask("logout/", () => {})
    this.take()
    if (await unlessRefused(logout())) return
    // Either nobody is logged in, or another tab's login has changed the CSRF token.
    if (await unlessRefused(ask("get_token/", readTokens))) await logout()
  }

  /** A new connection token for the same user. @throws InstantError when there is none. */
  async connectionToken(): Promise<string> {
    await this.#renew("get_token/")
    return this.tokens?.ws_token ?? ""
  }

  /**
   * A new token for a channel, `""` when the user may not see it any more.
   * @throws InstantError when there is none.
   */
  async subscriptionToken(name: string): Promise<string> {
    await this.#renew("subscribe/")
    return this.#byName.get(name)?.token ?? ""
  }

  /** Takes the tokens of another user, or of nobody. */
  take(tokens?: Tokens): void {
    this.#renewals = new Map()
    this.#fill(tokens)
  }

  get #user(): string | undefined {
    return this.tokens && tokenUser(this.tokens.ws_token)
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
      const tokens = await this.#ask(path, (answer, url) => readTokens(answer, url, this.tokens))
      if (!isCurrent()) return
      const all = [tokens.ws_token, ...tokens.channels.map(({ token }) => token)]
      if (all.every(isOwn)) this.#fill(tokens)
      else this.#lose("another user has logged in")
    } catch (error) {
      if (!isCurrent()) return
      if (isRefusal(error) && this.tokens) this.#lose("the backend says that nobody is logged in")
      throw error
    }
  }

  #fill(tokens: Tokens | undefined): void {
    this.tokens = tokens
    this.#byName = new Map(tokens?.channels.map((channel) => [channel.name, channel]))
    this.channels.clear()
    for (const channel of this.#byName.values()) this.channels.add(channel)
    if (tokens) this.#setReady(true)
  }

  #lose(reason: string): void {
    this.take()
    this.#onLost(reason)
  }
}
