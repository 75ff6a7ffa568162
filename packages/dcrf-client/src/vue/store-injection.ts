import { type App, type InjectionKey, inject, type Plugin, provide } from "vue"
import type { Client } from "../client.js"
import type { UntypedStreams } from "../rows.js"
import { createStore, type Store } from "../store/index.js"

const storeKey: InjectionKey<Store> = Symbol("dcrf-client")

/**
 * A plugin that gives all components their live rows: `app.use(createDcrf(client))`. It neither connects
 * nor closes the client.
 * @param from a store, or a client of which one is made with its defaults
 */
export function createDcrf<Streams extends object = UntypedStreams>(
  from: Client<Streams> | Store<Streams>,
): Plugin<[]> {
  const store = storeOf(from)
  return { install: (app: App) => app.provide(storeKey, store) }
}

/** Gives the components below this one their live rows. @param from as of {@link createDcrf} */
export function provideDcrf<Streams extends object = UntypedStreams>(
  from: Client<Streams> | Store<Streams>,
): void {
  provide(storeKey, storeOf(from))
}

/** The store that was provided. @throws Error when there is none. */
export function useStore<Streams extends object = UntypedStreams>(): Store<Streams> {
  const store = inject(storeKey, undefined)
  if (store === undefined) throw new Error("There is no store here: app.use(createDcrf(client))")
  return store as Store<Streams>
}

function storeOf<Streams extends object>(from: Client<Streams> | Store<Streams>): Store {
  // What the streams hold is the word of those who use the composables.
  return ("row" in from ? from : createStore(from)) as Store
}
