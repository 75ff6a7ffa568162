import type { Level } from "../backend-answer.js"
import type { FakeUser } from "./fake-user.js"

/** A channel of a fake server. */
export interface FakeChannel {
  /** With or without its `$`, which all but public channels have. */
  readonly name: string
  readonly level: Level
  /** The groups whose members see it, whatever its level. @default [] */
  readonly groups?: readonly string[]
}

/** The channels of a server, and who may see them. */
export class ChannelList {
  readonly #channels: readonly FakeChannel[]
  readonly #denied = new Set<string>()

  constructor(channels: readonly FakeChannel[]) {
    this.#channels = channels
      .map((channel) => ({ ...channel, name: storedName(channel) }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The channels that somebody may see, by name; undefined is an anonymous visitor. */
  of(user: FakeUser | undefined): readonly FakeChannel[] {
    return this.#channels.filter(
      (channel) => !this.#denied.has(channel.name) && maySee(channel, user),
    )
  }

  /** `lobby` is `$lobby` when that is the channel there is. A name that no channel has stands for itself. */
  resolve(name: string): string {
    const isKnown = (one: string) => this.#channels.some((channel) => channel.name === one)
    return !isKnown(name) && isKnown(`$${name}`) ? `$${name}` : name
  }

  isDenied(name: string): boolean {
    return this.#denied.has(name)
  }

  deny(name: string): void {
    this.#denied.add(name)
  }

  allow(name: string): void {
    this.#denied.delete(name)
  }
}

function storedName({ name, level }: FakeChannel): string {
  return level === "public" || name.startsWith("$") ? name : `$${name}`
}

function maySee({ level, groups = [] }: FakeChannel, user: FakeUser | undefined): boolean {
  if (user === undefined) return level === "public"
  if (user.groups?.some((group) => groups.includes(group))) return true
  switch (level) {
    case "public":
    case "users":
      return true
    case "staff":
      return user.staff === true
    case "superuser":
      return user.superuser === true
    case "groups":
      return false
  }
}
