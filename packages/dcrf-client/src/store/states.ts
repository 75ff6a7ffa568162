import type { ListState, RowState } from "./live-state.js"
import type { View } from "./rows-source.js"

/** A row of which nothing is known. */
export const loadingRow: RowState<object> = { status: "loading", data: undefined, error: undefined }

/** A list of which nothing is known. */
export const loadingList: ListState<object> = {
  status: "loading",
  data: [],
  count: 0,
  error: undefined,
}

/** How a row is. */
export function rowState({ freshness, rows: [data], error }: View): RowState<object> {
  if (error !== undefined) return { status: "error", data, error }
  if (freshness === "loading") return loadingRow
  return data === undefined
    ? { status: "missing", data, error }
    : { status: freshness, data, error }
}

/** How a list is. */
export function listState({ freshness, rows, count, error }: View): ListState<object> {
  if (error !== undefined) return { status: "error", data: rows, count, error }
  if (freshness === "loading" && rows.length === 0) return loadingList
  return { status: freshness, data: rows, count, error }
}
