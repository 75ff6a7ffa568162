import { createContext, createElement, type ReactNode, useContext, useMemo } from "react"
import type { Client } from "../client.js"
import type { UntypedStreams } from "../rows.js"
import { createStore, type Store } from "../store/index.js"

const StoreContext = createContext<Store | undefined>(undefined)

/** What the components below share: a client, of which a store is made with its defaults, or a store. */
export type DcrfProviderProps<Streams extends object = UntypedStreams> = {
  readonly children?: ReactNode
} & (
  | { readonly client: Client<Streams>; readonly store?: undefined }
  | { readonly store: Store<Streams>; readonly client?: undefined }
)

/** Gives the hooks of all components below their live rows. It neither connects nor closes the client. */
export function DcrfProvider<Streams extends object = UntypedStreams>({
  client,
  store,
  children,
}: DcrfProviderProps<Streams>): ReactNode {
  const value = useMemo(() => (store === undefined ? createStore(client) : store), [client, store])
  // What the streams hold is the word of those who use the hooks.
  return createElement(StoreContext.Provider, { value: value as Store }, children)
}

/** The store of the provider above. @throws Error when there is none. */
export function useStore<Streams extends object = UntypedStreams>(): Store<Streams> {
  const store = useContext(StoreContext)
  if (store === undefined) throw new Error("There is no <DcrfProvider> above this component")
  return store as Store<Streams>
}
