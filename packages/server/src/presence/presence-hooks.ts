import type { Hooks, MembershipEvent } from "@instant-ws/engine"
import type { Member } from "../engine/engine-link.js"
import type { Settings } from "../settings.js"

type Listeners = Pick<Settings, "onPresenceChange" | "onChannelEmpty" | "log">

/** The engine's hooks that tell a site who comes and goes; none when it doesn't ask. */
export function presenceHooks(listeners: Listeners): Pick<Hooks, "onJoin" | "onLeave"> {
  const { onPresenceChange, onChannelEmpty } = listeners
  if (onPresenceChange === undefined && onChannelEmpty === undefined) return {}
  const changes = new PresenceChanges(listeners)
  return {
    onJoin: (event) => changes.joined(event),
    onLeave: (event) => changes.left(event),
  }
}

/** What has changed in a channel and is not told yet. */
interface Untold {
  readonly joined: Map<string, Member>
  readonly left: Map<string, Member>
  isEmpty: boolean
}

/** Gathers what happens in one turn of the loop, and tells it by channel. */
class PresenceChanges {
  readonly #listeners: Listeners
  #untold = new Map<string, Untold>()

  constructor(listeners: Listeners) {
    this.#listeners = listeners
  }

  joined({ channel, client, user }: MembershipEvent): void {
    const untold = this.#of(channel)
    untold.isEmpty = false
    // Whoever left and is back was there for all that anybody has heard.
    if (!untold.left.delete(client)) untold.joined.set(client, { client, user })
  }

  left({ channel, client, user, subscribers }: MembershipEvent): void {
    const untold = this.#of(channel)
    untold.isEmpty = subscribers === 0
    if (!untold.joined.delete(client)) untold.left.set(client, { client, user })
  }

  #of(channel: string): Untold {
    if (this.#untold.size === 0) setImmediate(() => this.#tell())
    const known = this.#untold.get(channel)
    if (known !== undefined) return known
    const untold: Untold = { joined: new Map(), left: new Map(), isEmpty: false }
    this.#untold.set(channel, untold)
    return untold
  }

  #tell(): void {
    const { onPresenceChange, onChannelEmpty } = this.#listeners
    const all = this.#untold
    this.#untold = new Map()
    for (const [channel, { joined, left, isEmpty }] of all) {
      if (joined.size > 0 || left.size > 0) {
        const change = { joined: [...joined.values()], left: [...left.values()] }
        this.#attempt(() => onPresenceChange?.(channel, change))
      }
      if (isEmpty) this.#attempt(() => onChannelEmpty?.(channel))
    }
  }

  #attempt(listener: () => void): void {
    try {
      listener()
    } catch (err) {
      this.#listeners.log?.error({ err }, "a hook of presence failed")
    }
  }
}
