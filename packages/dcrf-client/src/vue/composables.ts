import {
  type ComputedRef,
  computed,
  getCurrentInstance,
  type MaybeRefOrGetter,
  onMounted,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
  toValue,
  watch,
} from "vue"
import type { Pk, Untyped } from "../rows.js"
import type { Status } from "../status.js"
import type { ListState, Live, LiveList, LiveRow, RowState, Writes } from "../store/index.js"
import { useStore } from "./store-injection.js"

/** A row as it is now, with what writes it. */
export interface Thing<Row> extends Pick<LiveRow<Row>, "patch" | "update" | "delete"> {
  /** All that follows in one, where `status` tells the type of `data`. */
  readonly state: Readonly<ShallowRef<RowState<Row>>>
  /** See {@link RowState}. */
  readonly status: ComputedRef<RowState<Row>["status"]>
  /** The row; undefined while it is loading, or missing. */
  readonly data: ComputedRef<RowState<Row>["data"]>
  /** Why it can't be followed, if so. */
  readonly error: ComputedRef<RowState<Row>["error"]>
}

/** A list as it is now, with what writes its rows. */
export interface Things<Row> extends Writes<Row> {
  /** All that follows in one. */
  readonly state: Readonly<ShallowRef<ListState<Row>>>
  /** See {@link ListState}. */
  readonly status: ComputedRef<ListState<Row>["status"]>
  /** The rows; none while they are loading. */
  readonly data: ComputedRef<readonly Row[]>
  /** How many rows there are, on all pages. */
  readonly count: ComputedRef<number>
  /** Why it can't be followed, if so. */
  readonly error: ComputedRef<ListState<Row>["error"]>
}

/** Composables of one stream. */
export interface Composables<Row> {
  /** See the function {@link useThing}. */
  useThing(pk: MaybeRefOrGetter<Pk | undefined>): Thing<Row>
  /** See the function {@link useList}. */
  useList(filter?: MaybeRefOrGetter<object>): Things<Row>
}

/**
 * A row that is kept as it is on the server: from when the component is mounted, or at once in another
 * scope, until that ends. While a page is rendered on a server, it is `loading`.
 * @param pk a key, or a ref or getter of one; undefined while it isn't known yet
 */
export function useThing<Row = Untyped>(
  stream: string,
  pk: MaybeRefOrGetter<Pk | undefined>,
): Thing<Row> {
  const store = useStore()
  const live = computed((): LiveRow<Row> => store.row(stream, toValue(pk) ?? ""))
  const state = useState(live, () => toValue(pk) !== undefined)
  return {
    ...refsOf(state),
    patch: (props, options) => live.value.patch(props, options),
    update: (props, options) => live.value.update(props, options),
    delete: (options) => live.value.delete(options),
  }
}

/**
 * A list that is kept as it is on the server, as long as a row of {@link useThing}.
 * @param filter what `list` gets, such as `{ letter: "a" }` or `{ limit: 20 }`; or a ref or getter of that
 */
export function useList<Row = Untyped>(
  stream: string,
  filter: MaybeRefOrGetter<object> = {},
): Things<Row> {
  const store = useStore()
  const live = computed((): LiveList<Row> => store.list(stream, toValue(filter)))
  const state = useState(live, () => true)
  const { create, patch, update, delete: remove } = live.value
  return {
    ...refsOf(state),
    count: computed(() => state.value.count),
    create,
    patch,
    update,
    delete: remove,
  }
}

/** How the connection is; `idle` until the component is mounted. */
export function useStatus(): Readonly<ShallowRef<Status>> {
  const { client } = useStore()
  const status = shallowRef<Status>("idle")
  const take = (now: Status) => {
    status.value = now
  }
  whenMounted(() => {
    take(client.status)
    onScopeDispose(client.onStatus(take))
  })
  return status
}

/**
 * The composables of one stream, with the type of its rows:
 * `const { useThing, useList } = createComposables<Thing>("things")`.
 */
export function createComposables<Row = Untyped>(stream: string): Composables<Row> {
  return {
    useThing: (pk) => useThing<Row>(stream, pk),
    useList: (filter) => useList<Row>(stream, filter),
  }
}

/** A component that is rendered on a server is never mounted, and its scope never ends. */
function whenMounted(start: () => void): void {
  if (getCurrentInstance() === null) start()
  else onMounted(start)
}

function useState<State>(
  live: ComputedRef<Live<State>>,
  isKnown: () => boolean,
): ShallowRef<State> {
  const state = shallowRef(live.value.initial)
  whenMounted(() => {
    watch(
      live,
      (now, _, onCleanup) => {
        const take = () => {
          state.value = now.get()
        }
        if (isKnown()) onCleanup(now.subscribe(take))
        take()
      },
      { immediate: true },
    )
  })
  return state
}

function refsOf<State extends RowState<unknown> | ListState<unknown>>(state: ShallowRef<State>) {
  return {
    state,
    status: computed((): State["status"] => state.value.status),
    data: computed((): State["data"] => state.value.data),
    error: computed((): State["error"] => state.value.error),
  }
}
