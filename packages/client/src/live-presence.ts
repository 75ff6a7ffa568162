import { Listeners, type ListenersHost, type Off } from "./listeners.js"

/** A connection in a channel. One user may have many. */
export interface Member {
  /** The connection's id. */
  readonly client: string
  /** The user's id; `""` for a visitor without one. */
  readonly user: string
  /** What the token of the connection says of it. */
  readonly connInfo?: unknown
  /** What the subscription's token says of it. */
  readonly chanInfo?: unknown
}

/** Who came or went. */
export interface PresenceChange {
  readonly joined?: Member
  readonly left?: Member
}

/** Is told who is there, and what has changed since; nothing has when the list was made anew. */
export type PresenceListener = (members: readonly Member[], change: PresenceChange) => unknown

/** Who is in a channel, kept up to date. */
export class LivePresence {
  readonly #listeners: Listeners<Parameters<PresenceListener>>
  #members = new Map<string, Member>()
  /** What came while the list is asked for: it may tell less than that. */
  #early: PresenceChange[] | undefined = []
  #isAsked = false

  constructor(host: ListenersHost) {
    this.#listeners = new Listeners("presence", host)
  }

  /** Adds a listener, and tells it at once who is there, if that is known. */
  add(listener: PresenceListener): Off {
    const off = this.#listeners.add(listener)
    if (!this.#early) this.#listeners.tell(listener, [[...this.#members.values()], {}])
    return off
  }

  /** Whether the list has been asked for. */
  get isAsked(): boolean {
    return this.#isAsked
  }

  /** Whether somebody listens. */
  get isWatched(): boolean {
    return !this.#listeners.isEmpty
  }

  /** Fetches the list anew. @throws what `fetchMembers` does; the old list stands then. */
  async load(fetchMembers: () => Promise<readonly Member[]>): Promise<void> {
    const early: PresenceChange[] = []
    this.#early = early
    this.#isAsked = true
    try {
      const members = await fetchMembers()
      // Subscribed again meanwhile: a newer list is on its way.
      if (this.#early !== early) return
      this.#members = new Map(members.map((member) => [member.client, member]))
    } finally {
      if (this.#early === early) this.#early = undefined
    }
    for (const change of [...early, {}]) this.change(change)
  }

  change(change: PresenceChange): void {
    const { joined, left } = change
    if (this.#early) {
      this.#early.push(change)
      return
    }
    if (joined) this.#members.set(joined.client, joined)
    if (left) this.#members.delete(left.client)
    this.#listeners.emit([...this.#members.values()], change)
  }
}
