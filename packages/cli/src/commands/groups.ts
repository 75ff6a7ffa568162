import type { Store } from "@instant-ws/server/offline"
import { withStore } from "../home/store.js"
import { table } from "../table.js"

/** Prints the groups, with who and what is in them. */
export async function listGroups({ json }: { readonly json?: boolean }): Promise<void> {
  const groups = await withStore(groupsIn)
  if (json) return console.log(JSON.stringify(groups, null, 2))
  const rows = groups.map(({ name, users, channels }) => [
    name,
    users.join(", "),
    channels.join(", "),
  ])
  console.log(table([["NAME", "USERS", "CHANNELS"], ...rows]))
}

/** Adds a group; one that exists stays as it is. @throws StoreError "invalid". */
export async function addGroup(name: string): Promise<void> {
  await withStore((store) => store.groups.add(name))
  console.log(`Added the group ${name}`)
}

/** Removes a group: its users and channels lose it. @throws StoreError "unknown". */
export async function removeGroup(name: string): Promise<void> {
  await withStore((store) => store.groups.remove(name))
  console.log(`Removed the group ${name}`)
}

async function groupsIn(store: Store) {
  const users = await store.users.list()
  const channels = await store.channels.list()
  return (await store.groups.list()).map((name) => ({
    name,
    users: users.filter(({ groups }) => groups.includes(name)).map((user) => user.name),
    channels: channels.filter(({ groups }) => groups.includes(name)).map((each) => each.name),
  }))
}
