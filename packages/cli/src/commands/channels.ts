import type { Channel, ChannelFields } from "@instant-ws/server"
import { withStore } from "../home/store.js"
import { table } from "../table.js"

/** Prints the channels. */
export async function listChannels({ json }: { readonly json?: boolean }): Promise<void> {
  const channels = await withStore((store) => store.channels.list())
  if (json) return console.log(JSON.stringify(channels, null, 2))
  const rows = channels.map(({ name, level, isActive, groups }) => [
    name,
    level,
    isActive ? "yes" : "no",
    groups.join(", "),
  ])
  console.log(table([["NAME", "LEVEL", "ACTIVE", "GROUPS"], ...rows]))
}

/** Adds a channel. @throws StoreError when the name is taken, or can't be. */
export async function addChannel(name: string, fields: ChannelFields): Promise<void> {
  const channel = await withStore((store) => store.channels.add(name, fields))
  console.log(`Added ${describe(channel)}`)
}

/** Changes what the fields name. @throws StoreError when there is no such channel. */
export async function setChannel(name: string, fields: ChannelFields): Promise<void> {
  const channel = await withStore((store) => store.channels.set(name, fields))
  console.log(`Now ${describe(channel)}`)
}

/** Removes a channel. @throws StoreError when there is none. */
export async function removeChannel(name: string): Promise<void> {
  const removed = await withStore(async ({ channels }) => {
    const channel = await channels.find(name)
    await channels.remove(name)
    return channel
  })
  console.log(`Removed ${removed?.name ?? name}`)
}

function describe({ name, level, isActive, groups }: Channel): string {
  const members = groups.length === 0 ? "" : `, groups ${groups.join(", ")}`
  return `${name}: level ${level}${members}${isActive ? "" : ", not active"}`
}
