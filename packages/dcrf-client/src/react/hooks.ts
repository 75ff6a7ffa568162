import { useCallback, useMemo, useSyncExternalStore } from "react"
import type { Pk, Untyped } from "../rows.js"
import type { Status } from "../status.js"
import type { ListState, Live, LiveList, LiveRow, RowState } from "../store/index.js"
import { useStore } from "./store-context.js"

/** A row as it is now, with what writes it. */
export type Thing<Row> = RowState<Row> & LiveRow<Row>

/** A list as it is now, with what writes its rows. */
export type Things<Row> = ListState<Row> & LiveList<Row>

/** Hooks of one stream. */
export interface Hooks<Row> {
  /** See the function {@link useThing}. */
  useThing(pk: Pk | undefined): Thing<Row>
  /** See the function {@link useList}. */
  useList(filter?: object): Things<Row>
}

/**
 * A row that is kept as it is on the server while the component is mounted. While a page is rendered on
 * a server, it is `loading`.
 * @param pk undefined while it isn't known yet: nothing is asked then
 */
export function useThing<Row = Untyped>(stream: string, pk: Pk | undefined): Thing<Row> {
  const store = useStore()
  const live: LiveRow<Row> = useMemo(() => store.row(stream, pk ?? ""), [store, stream, pk])
  return useLive(live, pk === undefined ? unheard : live.subscribe)
}

/**
 * A list that is kept as it is on the server while the component is mounted.
 * @param filter what `list` gets, such as `{ letter: "a" }` or `{ limit: 20 }`; another object that says
 * the same is the same filter
 */
export function useList<Row = Untyped>(stream: string, filter: object = {}): Things<Row> {
  const store = useStore()
  const key = JSON.stringify(filter)
  const live: LiveList<Row> = useMemo(
    () => store.list(stream, JSON.parse(key)),
    [store, stream, key],
  )
  return useLive(live, live.subscribe)
}

/** How the connection is. While a page is rendered on a server, it is `idle`. */
export function useStatus(): Status {
  const { client } = useStore()
  const subscribe = useCallback((listener: () => void) => client.onStatus(listener), [client])
  return useSyncExternalStore(
    subscribe,
    () => client.status,
    () => "idle",
  )
}

/**
 * The hooks of one stream, with the type of its rows:
 * `const { useThing, useList } = createHooks<Thing>("things")`.
 */
export function createHooks<Row = Untyped>(stream: string): Hooks<Row> {
  return {
    useThing: (pk) => useThing<Row>(stream, pk),
    useList: (filter) => useList<Row>(stream, filter),
  }
}

function useLive<State extends object, L extends Live<State>>(
  live: L & Live<State>,
  subscribe: Live<State>["subscribe"],
): State & L {
  const state = useSyncExternalStore(subscribe, live.get, () => live.initial)
  return useMemo(() => ({ ...live, ...state }), [live, state])
}

const unheard = () => () => {}
