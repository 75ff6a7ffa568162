import { InstantError, type Level, type Recovered, type Status, useInstant } from "djangoinstant"
import { bareName, type Channel } from "./channel.js"
import { CuttableSocket } from "./cuttable-socket.js"
import { fetchDemo, type Person } from "./demo-api.js"
import { Feed } from "./feed.js"
import { Store } from "./store.js"

/** From the widest to the narrowest. */
const levels: readonly Level[] = ["public", "users", "groups", "staff", "superuser"]

/** What the page shows. */
export type View =
  | { readonly kind: "starting" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "signedOut"; readonly notice: string | undefined }
  | { readonly kind: "signedIn"; readonly user: string; readonly channels: readonly Channel[] }

/** The visitor's session: the one place that talks to `djangoinstant`. */
export class Session {
  readonly view = new Store<View>({ kind: "starting" })
  readonly state = new Store<Status>("idle")
  /** What came back after the last interruption; undefined when there was none. */
  readonly recovered = new Store<readonly Recovered[] | undefined>(undefined)
  people: readonly Person[] = []
  demoChannels: readonly string[] = []
  readonly #instant = useInstant({ websocket: CuttableSocket })

  constructor() {
    this.#instant.onMessage((message) => this.#channel(message.channelName)?.feed.add(message))
    this.#instant.onStatus((state) => this.#follow(state))
    this.#instant.onRecovered((recovered) => {
      const all = [...(this.recovered.value ?? []), recovered]
      this.recovered.set(all.sort((a, b) => this.#place(a.channel) - this.#place(b.channel)))
    })
    this.#instant.onDenied(({ channel }) => this.#drop(channel))
    this.#instant.onLoggedOut(() => this.#leave("You have been signed out."))
  }

  /** Finds out who is signed in, and connects if somebody is. Never rejects: the view tells. */
  async start(): Promise<void> {
    this.view.set({ kind: "starting" })
    try {
      const { user, people, channels } = await fetchDemo()
      this.people = people
      this.demoChannels = channels
      await this.#instant.init("")
      if (user === null) this.view.set({ kind: "signedOut", notice: undefined })
      else this.#enter(user)
    } catch (error) {
      this.view.set({ kind: "failed", reason: describe(error) })
    }
  }

  /**
   * Signs in and connects.
   * @returns a sentence for the visitor when it is refused, else undefined.
   */
  async signIn(username: string, password: string): Promise<string | undefined> {
    try {
      await this.#instant.login(username, password)
    } catch (error) {
      return describe(error)
    }
    this.#enter(username)
    return undefined
  }

  /** Ends the session here and on the server. */
  async signOut(): Promise<void> {
    this.#leave()
    try {
      await this.#instant.logout()
    } catch (error) {
      this.view.set({ kind: "failed", reason: describe(error) })
    }
  }

  /** Connects; the client goes on trying unless it is refused, which `state` tells. */
  connect(): void {
    this.#instant.connect().catch(() => {})
  }

  #enter(user: string): void {
    const channels = [...this.#instant.channels]
      .map(({ name, level }) => ({ name, level, feed: new Feed() }))
      .sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))
      .sort((a, b) => this.#place(a.name) - this.#place(b.name))
    this.recovered.set(undefined)
    this.view.set({ kind: "signedIn", user, channels })
    this.connect()
  }

  #leave(notice?: string): void {
    if (this.view.value.kind === "signedIn") this.view.set({ kind: "signedOut", notice })
  }

  #follow(state: Status): void {
    if (state === "reconnecting" || state === "offline") this.recovered.set(undefined)
    this.state.set(state)
  }

  #channel(name: string): Channel | undefined {
    const view = this.view.value
    return view.kind === "signedIn"
      ? view.channels.find((channel) => channel.name === name)
      : undefined
  }

  /** A channel that is refused or taken away loses its panel. */
  #drop(name: string): void {
    const view = this.view.value
    if (view.kind !== "signedIn") return
    const channels = view.channels.filter((channel) => channel.name !== name)
    this.view.set({ ...view, channels })
  }

  /** The demo's own channels come first, in their order. */
  #place(channel: string): number {
    const place = this.demoChannels.indexOf(bareName(channel))
    return place < 0 ? this.demoChannels.length : place
  }
}

/** What went wrong, in a sentence for the visitor. */
function describe(error: unknown): string {
  if (!(error instanceof InstantError))
    return error instanceof Error ? error.message : String(error)
  switch (error.code) {
    case 0:
      return "The server does not answer. Is it running?"
    case 403:
      return "The user name or the password is wrong."
    case 429:
      return "Too many attempts. Wait a minute, then try again."
    default:
      return error.message
  }
}
