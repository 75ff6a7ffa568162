import { existsSync } from "node:fs"
import { dialectNamedBy, openStore, type Store } from "@instant-ws/server/offline"
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

/** The channel that a name means in this home, with or without its `$`; undefined when there is none. */
export async function channelIn(home: Home, name: string): Promise<string | undefined> {
  const isFile = dialectNamedBy(home.database) === "sqlite"
  if (isFile && !existsSync(home.database)) return undefined
  const found = await withStore(({ channels }) => channels.find(name))
  return found?.name
}
