import { existsSync } from "node:fs"
import { openStore, type Store } from "@instant-ws/server/offline"
import { type Home, openHome } from "./home.js"

/** Does something with the database of this installation, and closes it. */
export async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const { database } = await openHome()
  const store = await openStore(database)
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

/** The channel that a name means in this home: the one that exists, else the name as it is. */
export async function channelIn(home: Home, name: string): Promise<string> {
  if (!existsSync(home.database)) return name
  const found = await withStore(({ channels }) => channels.find(name))
  return found?.name ?? name
}
