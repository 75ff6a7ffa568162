import type { PresenceManager, PresenceStats, PresentClient } from "./presence.js"

interface Present {
  readonly clients: Map<string, PresentClient>
  /** How many connections each user has here. */
  readonly users: Map<string, number>
}

const NOBODY: ReadonlyMap<string, PresentClient> = new Map()

/** Presence of one node, in this process. */
export class MemoryPresence implements PresenceManager {
  readonly #channels = new Map<string, Present>()

  async add(channel: string, client: PresentClient): Promise<void> {
    const present = this.#channels.get(channel) ?? { clients: new Map(), users: new Map() }
    this.#channels.set(channel, present)
    if (!present.clients.has(client.client)) {
      present.users.set(client.user, (present.users.get(client.user) ?? 0) + 1)
    }
    present.clients.set(client.client, client)
  }

  async remove(channel: string, { client, user }: PresentClient): Promise<void> {
    const present = this.#channels.get(channel)
    if (!present?.clients.delete(client)) return
    const others = (present.users.get(user) ?? 0) - 1
    if (others > 0) present.users.set(user, others)
    else present.users.delete(user)
    if (present.clients.size === 0) this.#channels.delete(channel)
  }

  async of(channel: string): Promise<ReadonlyMap<string, PresentClient>> {
    return new Map(this.#channels.get(channel)?.clients ?? NOBODY)
  }

  async stats(channel: string): Promise<PresenceStats> {
    const present = this.#channels.get(channel)
    return { clients: present?.clients.size ?? 0, users: present?.users.size ?? 0 }
  }
}
