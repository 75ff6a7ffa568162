import type { ClientInfo } from "./stream.js"

/** Who is in which channel. */
export class Presence {
  readonly #channels = new Map<string, Map<string, ClientInfo>>()

  /** By client id. */
  of(channel: string): ReadonlyMap<string, ClientInfo> {
    return this.#channels.get(channel) ?? new Map()
  }

  add(channel: string, info: ClientInfo): void {
    const present = this.#channels.get(channel) ?? new Map<string, ClientInfo>()
    this.#channels.set(channel, present.set(info.client, info))
  }

  remove(channel: string, { client }: ClientInfo): void {
    this.#channels.get(channel)?.delete(client)
  }
}
