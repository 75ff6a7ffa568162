import type { ListState, RowState } from "./live-state.js"
import type { View } from "./rows-source.js"

/** A row of which nothing is known. */
export const loadingRow = {
  status: "loading",
  data: undefined,
  error: undefined,
} satisfies RowState<object>

/** A list of which nothing is known. */
export const loadingList: ListState<object> = { ...loadingRow, data: [], count: 0 }

/** How a row is. */
export function rowState({ freshness, rows: [data], error }: View): RowState<object> {
  if (error) return { status: "error", data, error }
  if (freshness === "loading") return loadingRow
  return data ? { status: freshness, data, error } : { status: "missing", data, error }
}

/** How a list is. */
export function listState({ freshness, rows: data, count, error }: View): ListState<object> {
  if (error) return { status: "error", data, count, error }
  return freshness === "loading" && count === 0
    ? loadingList
    : { status: freshness, data, count, error }
}
