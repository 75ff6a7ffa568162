import type { ListState, RowState } from "./live-state.js"
import type { View } from "./rows-source.js"

/** What is shown before anything is known. */
export const nothing: View = { freshness: "loading", rows: [], count: 0, error: undefined }

/** How a row is. */
export function rowState({ freshness, rows: [data], error }: View): RowState<object> {
  if (error !== undefined) return { status: "error", data, error }
  if (freshness === "loading") return { status: freshness, data: undefined, error }
  return data === undefined
    ? { status: "missing", data, error }
    : { status: freshness, data, error }
}

/** How a list is. */
export function listState({ freshness, rows, count, error }: View): ListState<object> {
  return error === undefined
    ? { status: freshness, data: rows, count, error }
    : { status: "error", data: rows, count, error }
}
