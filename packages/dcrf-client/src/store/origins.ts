import type { Client } from "../client.js"
import { DcrfError } from "../dcrf-error.js"
import type { Pk } from "../rows.js"
import type { ListState, RowState } from "./live-state.js"
import type { Origin } from "./rows-source.js"
import { listState, rowState } from "./states.js"
import type { StreamOptions } from "./store-options.js"
import type { StreamRows } from "./stream-rows.js"

/** A stream, and how its rows are kept. */
export interface StreamOrigin {
  readonly client: Client
  readonly name: string
  readonly stream: StreamRows
  readonly options: StreamOptions<object>
}

/** What a filter of a list holds. */
export type Filter = Readonly<Record<string, unknown>>

const observer = { subscribeAction: "subscribe_to_all", unsubscribeAction: "unsubscribe_from_all" }

/** One row, from a subscription to it. */
export function rowOrigin(
  { client, name, stream }: StreamOrigin,
  pk: Pk,
): Origin<RowState<object>> {
  let wasMissing = false
  return {
    name,
    wants: (row) => String(stream.pkOf(row)) === String(pk),
    watch(watch, rows) {
      const isMissing = rows.get(pk) === undefined
      const isNew = wasMissing && !isMissing
      // It was refused, or ended, while there was no such row.
      if (isNew) watch.rows([])
      watch.rows([pk], isNew)
      wasMissing = isMissing && rows.isKnown
    },
    stateOf: rowState,
    async fetch(options) {
      try {
        return { rows: [await client.retrieve(name, pk, {}, options)] }
      } catch (error) {
        if (error instanceof DcrfError && error.status === 404) return { rows: [] }
        throw error
      }
    },
  }
}

/** A list, from an observer of the stream or from subscriptions to each of its rows. */
export function listOrigin(
  { client, name, options }: StreamOrigin,
  filter: Filter,
): Origin<ListState<object>> {
  const { lists = observer, matches, compare } = options
  // Observers know no pages.
  const { limit, offset, ...args } = filter
  return {
    name,
    compare,
    stateOf: listState,
    wants: (row) => matches?.(row, filter) ?? (hasAll(row, args) || undefined),
    watch(watch, { pks }) {
      if (lists === "rows") watch.rows(pks, true)
      else watch.list(args, lists)
    },
    async fetch(request) {
      // Where DCRF's filter_queryset gets them, and where the first client has put them.
      const answer = await client.list(name, filter, { ...request, args })
      return Array.isArray(answer)
        ? { rows: answer }
        : { rows: answer.results, count: answer.count }
    },
  }
}

function hasAll(row: object, fields: Filter): boolean {
  const values: Filter = { ...row }
  return Object.entries(fields).every(([name, value]) => values[name] === value)
}
