import type { Client } from "../client.js"
import type { RequestOptions } from "../request-options.js"
import type { Pk, StreamName, Untyped, UntypedStreams } from "../rows.js"
import { keyOf } from "./key-of.js"
import { LiveSources } from "./live-sources.js"
import type { ListState, Live, RowState } from "./live-state.js"
import { listOrigin, rowOrigin, type StreamOrigin } from "./origins.js"
import { loadingList, loadingRow } from "./states.js"
import type { StoreOptions } from "./store-options.js"
import { StreamRows } from "./stream-rows.js"

/** A row that is kept as it is on the server, and can be written. */
export interface LiveRow<Row> extends Live<RowState<Row>> {
  /** Writes some fields. They are shown at once, and taken back if the request fails. */
  patch(props: Partial<Row>, options?: RequestOptions): Promise<Row>
  /** Writes the whole row; shown at once as well. */
  update(props: Partial<Row>, options?: RequestOptions): Promise<Row>
  /** Deletes the row. It is `missing` at once, and back if the request fails. */
  delete(options?: RequestOptions): Promise<null>
}

/** Writes rows of a stream. */
export interface Writes<Row> {
  /** Makes a row. It is shown at once, where it belongs, with a negative key unless it has its own. */
  create(props: Partial<Row>, options?: RequestOptions): Promise<Row>
  /** Writes some fields of a row, as {@link LiveRow.patch}. */
  patch(pk: Pk, props: Partial<Row>, options?: RequestOptions): Promise<Row>
  /** Writes a whole row. */
  update(pk: Pk, props: Partial<Row>, options?: RequestOptions): Promise<Row>
  /** Deletes a row. */
  delete(pk: Pk, options?: RequestOptions): Promise<null>
}

/** A list of rows that is kept as it is on the server, and can be written. */
export interface LiveList<Row> extends Live<ListState<Row>>, Writes<Row> {}

/** Live rows of one client. Whoever asks for the same shares one subscription, and sees the same. */
export interface Store<Streams extends object = UntypedStreams> {
  readonly client: Client<Streams>
  /** A row. Nothing is fetched until somebody listens. */
  row<Name extends StreamName<Streams>>(stream: Name, pk: Pk): LiveRow<Streams[Name]>
  /** A list: all rows, or those that a filter names, which may hold `limit` and `offset`. */
  list<Name extends StreamName<Streams>>(stream: Name, filter?: object): LiveList<Streams[Name]>
}

/** Makes a store of live rows on a client's connection. */
export function createStore<Streams extends object = UntypedStreams>(
  client: Client<Streams>,
  options: StoreOptions<Streams> = {},
): Store<Streams> {
  // What the streams hold is the application's word: here all rows are objects.
  return new RowsStore(client as Client, options as StoreOptions<UntypedStreams>) as Store<Streams>
}

class RowsStore implements Store {
  readonly client: Client
  readonly #options: StoreOptions<UntypedStreams>
  readonly #streams = new Map<string, StreamOrigin>()
  readonly #rows: LiveSources<RowState<object>>
  readonly #lists: LiveSources<ListState<object>>

  constructor(client: Client, options: StoreOptions<UntypedStreams>) {
    const { linger = 0 } = options
    this.client = client
    this.#options = options
    this.#rows = new LiveSources(loadingRow, linger)
    this.#lists = new LiveSources(loadingList, linger)
  }

  row(stream: string, pk: Pk): LiveRow<Untyped> {
    const from = this.#stream(stream)
    const origin = rowOrigin(from, pk)
    const { patch, update, delete: remove } = writesOf(from)
    return {
      ...this.#rows.live(keyOf([stream, String(pk)]), { ...from, origin }),
      patch: (props, options) => patch(pk, props, options),
      update: (props, options) => update(pk, props, options),
      delete: (options) => remove(pk, options),
    }
  }

  list(stream: string, filter: object = {}): LiveList<Untyped> {
    const from = this.#stream(stream)
    const origin = listOrigin(from, { ...filter })
    const live = this.#lists.live(keyOf([stream, filter]), { ...from, origin })
    return { ...live, ...writesOf(from) }
  }

  #stream(name: string): StreamOrigin {
    const known = this.#streams.get(name)
    if (known !== undefined) return known
    const { client } = this
    const options = this.#options.streams?.[name] ?? {}
    const stream = { client, name, options, stream: new StreamRows(client.pkField) }
    this.#streams.set(name, stream)
    return stream
  }
}

/** What can be written of a stream: shown at once, then asked for. */
function writesOf({ client, name, stream }: StreamOrigin): Writes<Untyped> {
  const change =
    (action: "patch" | "update") =>
    (...[pk, props, options]: [Pk, object, RequestOptions?]) =>
      stream.write({ kind: "change", pk, props }, () => client[action](name, pk, props, options))
  return {
    create: (props, options) =>
      stream.write({ kind: "create", pk: stream.newPk(props), props }, () =>
        client.create(name, props, options),
      ),
    patch: change("patch"),
    update: change("update"),
    delete: (pk, options) =>
      stream.write({ kind: "delete", pk }, () => client.delete(name, pk, {}, options)),
  }
}
