import { Backend } from "./backend.js"
import type { Channel, Tokens } from "./backend-answer.js"
import type { TokenSource } from "./connection.js"
import { defer } from "./deferred.js"
import { InstantError, isRefusal } from "./instant-error.js"
import { tokenUser } from "./token-user.js"

/** Who is logged in at the backend: the tokens and channels of that user. */
export class Session implements TokenSource {
  /** One set, refilled, so that whoever holds it sees the channels of now. */
  readonly channels = new Set<Channel>()
  readonly #ready = defer<true>()
  readonly #fetch: typeof fetch
  readonly #onLost: (reason: string) => void
  #backend: Backend | undefined
  #tokens: Tokens | undefined
  /** Counts the logins, so that what was asked for an earlier one is told apart. */
  #login = 0
  #renewal: Promise<void> | undefined

  /** `onLost` is called when the session of a user ends without {@link logout}. */
  constructor(fetcher: typeof fetch, onLost: (reason: string) => void) {
    this.#fetch = fetcher
    this.#onLost = onLost
  }

  /** Resolves when tokens are there for the first time. */
  get onReady(): Promise<true> {
    return this.#ready.promise
  }

  /** The tokens of who is logged in; undefined when nobody is. */
  get tokens(): Tokens | undefined {
    return this.#tokens
  }

  /** The user's channel of a name, with or without the `$` of a private one. */
  find(name: string): Channel | undefined {
    return this.#named(name) ?? this.#named(`$${name}`)
  }

  /** Starts anew at the backend of this address, with nobody known to be logged in. */
  begin(url: string): void {
    this.#forget()
    // The same backend keeps its cookies.
    if (this.#backend?.url !== url) this.#backend = new Backend(url, this.#fetch)
  }

  /** @throws InstantError as {@link Backend.login}; who was logged in before then still is. */
  async login(username: string, password: string): Promise<void> {
    const tokens = await this.#at().login(username, password)
    this.#forget()
    this.#accept(tokens)
  }

  /**
   * Fetches the tokens of whoever is logged in now, and says whether that is another user than before.
   * @throws InstantError as {@link Backend.getToken}.
   */
  async refresh(): Promise<boolean> {
    const tokens = await this.#current(this.#at().getToken())
    if (tokens === undefined) return false
    const user = this.#user
    this.#accept(tokens)
    return user !== this.#user
  }

  /** Forgets the user, and logs out at the backend. @throws InstantError as {@link Backend.logout}. */
  async logout(): Promise<void> {
    const backend = this.#at()
    this.#forget()
    await backend.logout()
  }

  /** A new connection token for the same user. @throws InstantError when there is none. */
  async connectionToken(): Promise<string> {
    const user = this.#user
    const tokens = await this.#current(this.#at().getToken())
    if (tokens === undefined) return ""
    this.#expectUser(user, tokens.connectionToken)
    this.#accept(tokens)
    return tokens.connectionToken
  }

  /**
   * A new token for a channel, `""` when the user may not see it any more.
   * @throws InstantError when there is none.
   */
  async subscriptionToken(name: string): Promise<string> {
    await this.renew()
    return this.#named(name)?.token ?? ""
  }

  /**
   * Fetches the channels with new tokens. All who ask at once share one request.
   * @throws InstantError as {@link Backend.getToken}.
   */
  renew(): Promise<void> {
    this.#renewal ??= this.#renewed().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  #named(name: string): Channel | undefined {
    return [...this.channels].find((channel) => channel.name === name)
  }

  async #renewed(): Promise<void> {
    const user = this.#user
    const channels = await this.#current(this.#at().subscribe())
    if (channels === undefined) return
    for (const { token } of channels) this.#expectUser(user, token)
    this.#fill(channels)
  }

  #at(): Backend {
    if (this.#backend !== undefined) return this.#backend
    throw new InstantError("usage", "Call init(backendUrl, websocketsUrl) first")
  }

  get #user(): string | undefined {
    return this.#tokens && tokenUser(this.#tokens.connectionToken)
  }

  /**
   * The answer to a request; undefined when another login began meanwhile, to which it says nothing.
   * A refusal ends the session of the user, if there was one.
   */
  async #current<T>(request: Promise<T>): Promise<T | undefined> {
    const login = this.#login
    try {
      const answer = await request
      return login === this.#login ? answer : undefined
    } catch (error) {
      if (login !== this.#login) return undefined
      if (isRefusal(error) && this.#tokens !== undefined) {
        this.#lose("the backend says that nobody is logged in")
      }
      throw error
    }
  }

  #expectUser(user: string | undefined, token: string): void {
    if (tokenUser(token) === user) return
    this.#lose("another user has logged in")
    throw new InstantError("backend", "The tokens are for another user", { code: 403 })
  }

  #accept(tokens: Tokens): void {
    this.#tokens = tokens
    this.#fill(tokens.channels)
    this.#ready.resolve(true)
  }

  #fill(channels: readonly Channel[]): void {
    this.channels.clear()
    for (const channel of channels) this.channels.add(channel)
  }

  #forget(): void {
    this.#login++
    this.#tokens = undefined
    this.#renewal = undefined
    this.channels.clear()
  }

  #lose(reason: string): void {
    this.#forget()
    this.#onLost(reason)
  }
}
