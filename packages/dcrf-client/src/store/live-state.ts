import type { DcrfError } from "../dcrf-error.js"
import type { Off } from "../listeners.js"

/** Something that changes by itself. */
export interface Live<State> {
  /** How it is before anything is known, such as while a page is rendered on a server. */
  readonly initial: State
  /** How it is now: the same object until it changes. Of what nobody listens to, that is `initial`. */
  get(): State
  /**
   * Tells each change, without its value. The first listener has it fetched and subscribed; when the last
   * has left, the subscription is dropped.
   */
  subscribe(listener: () => void): Off
}

/**
 * A row: `loading` until the server has answered; `live` while each change arrives; `stale` while the
 * connection is lost, with what was known last; `missing` when there is no such row, or no more;
 * `error` when it can't be fetched or subscribed.
 */
export type RowState<Row> =
  | { readonly status: "loading"; readonly data: undefined; readonly error: undefined }
  | { readonly status: "live" | "stale"; readonly data: Row; readonly error: undefined }
  | { readonly status: "missing"; readonly data: undefined; readonly error: undefined }
  | { readonly status: "error"; readonly data: Row | undefined; readonly error: DcrfError }

/** A list: as a row, but that it is never missing. Its rows are always there, none while `loading`. */
export type ListState<Row> = {
  readonly data: readonly Row[]
  /** How many rows there are, on all pages. */
  readonly count: number
} & (
  | { readonly status: "loading" | "live" | "stale"; readonly error: undefined }
  | { readonly status: "error"; readonly error: DcrfError }
)
