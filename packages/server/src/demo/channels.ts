import type { ChannelFields } from "../channels/channel-store.js"
import type { Instant } from "../instant.js"

const channels = {
  hits: { level: "public" },
  lobby: { level: "users" },
  team: { level: "groups", groups: ["team"] },
  "sign-ins": { level: "staff" },
  vitals: { level: "superuser" },
} as const satisfies Record<string, ChannelFields>

/** A channel of the demo, as people say its name. */
export type DemoChannel = keyof typeof channels

/** The demo's channels, in the order in which its page shows them. */
export const demoChannels: readonly string[] = Object.keys(channels)

/** Makes those of the channels that aren't there yet; the others stay as they have become. */
export async function addChannels(instant: Instant): Promise<void> {
  for (const [name, fields] of Object.entries(channels)) {
    if ((await instant.channels.find(name)) === undefined) await instant.channels.add(name, fields)
  }
}

/** The demo's channels among those of a user, as people say their names. */
export function sightOf(names: readonly string[]): readonly string[] {
  const bare = new Set(names.map(bareName))
  return demoChannels.filter((name) => bare.has(name))
}

/** The name of a channel without the sign that marks it private. */
export function bareName(channel: string): string {
  return channel.replace(/^\$/, "")
}
