import type { Emit } from "./emitter.js"
import type { Member, PresenceChange } from "./told.js"

/** To whom it belongs who is in a channel. */
export interface MembersHost {
  readonly emit: Emit
  /** Asks the server for all. */
  presence(channel: string): Promise<readonly Member[]>
}

/** Keeps who is in a channel, and tells it. */
export function followMembers(channel: string, { emit, presence }: MembersHost) {
  let members = new Map<string, Member>()
  /** What came while the list is asked for: it may tell less than that. */
  let early: PresenceChange[] | undefined = []

  /** Somebody came or went. */
  const change = (what: PresenceChange): void => {
    const { joined, left } = what
    if (early) {
      early.push(what)
      return
    }
    if (joined) members.set(joined.client, joined)
    if (left) members.delete(left.client)
    emit("presence", [[...members.values()], what], channel)
  }

  return {
    change,

    /** Who is there; undefined when it isn't known. */
    known: () => (early ? undefined : [...members.values()]),

    /** Fetches the list anew. @throws what `presence` does; the old list stands then. */
    async load(): Promise<void> {
      const mine: PresenceChange[] = []
      early = mine
      try {
        const list = await presence(channel)
        // Subscribed again meanwhile: a newer list is on its way.
        if (early !== mine) return
        members = new Map(list.map((member) => [member.client, member]))
      } finally {
        if (early === mine) early = undefined
      }
      for (const what of [...mine, {}]) change(what)
    },
  }
}
