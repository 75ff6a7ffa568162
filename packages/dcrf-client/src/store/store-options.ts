import type { StreamName } from "../rows.js"
import type { ListActions } from "./watch.js"

/** How the rows of a stream are kept; all of it may be left out. */
export interface StreamOptions<Row> {
  /**
   * How lists learn of changes: from a model observer, by the actions that subscribe to it and
   * unsubscribe from it, which get the filter as arguments; or from a subscription to each row, where
   * the server has no observer: rows that others create are not heard of then.
   * @default subscribe_to_all and unsubscribe_from_all
   */
  readonly lists?: ListActions | "rows"
  /**
   * Whether a row belongs to a list with this filter; asked of each row that is created or changed.
   * @default a row that has what the filter has does; of others the server's events decide
   */
  matches?(row: Row, filter: Readonly<Record<string, unknown>>): boolean
  /** The order of lists, as `sort` takes it. @default the server's; new rows come last */
  compare?(a: Row, b: Row): number
}

/** How a store is made; all of it may be left out. */
export interface StoreOptions<Streams extends object> {
  /** By stream. */
  readonly streams?: { readonly [Name in StreamName<Streams>]?: StreamOptions<Streams[Name]> }
  /**
   * How long subscriptions are kept when nobody listens any more, in milliseconds. @default 0: until the
   * next task
   */
  readonly linger?: number
}
