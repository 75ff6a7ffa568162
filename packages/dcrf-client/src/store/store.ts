import type { Client } from "../client.js"
import type { RequestOptions } from "../request-options.js"
import type { Pk, StreamName, Untyped, UntypedStreams } from "../rows.js"
import { keyOf } from "./key-of.js"
import { createLiveSources } from "./live-sources.js"
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
  /** The client that it was made of. */
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
  return createUntyped(client as Client, options as StoreOptions<UntypedStreams>) as Store<Streams>
}

function createUntyped(
  client: Client,
  { linger = 0, streams }: StoreOptions<UntypedStreams>,
): Store<UntypedStreams> {
  const rows = createLiveSources<RowState<object>>(loadingRow, linger)
  const lists = createLiveSources(loadingList, linger)
  const origins = new Map<string, StreamOrigin>()

  function originOf(name: string): StreamOrigin {
    const { pkField } = client
    const origin = origins.get(name) ?? {
      client,
      name,
      options: streams?.[name] ?? {},
      stream: new StreamRows(pkField),
    }
    origins.set(name, origin)
    return origin
  }

  return {
    client,
    row(name, pk) {
      const from = originOf(name)
      const { patch, update, delete: remove } = writesOf(from)
      return {
        ...rows(keyOf([name, String(pk)]), { ...from, origin: rowOrigin(from, pk) }),
        patch: (props, options) => patch(pk, props, options),
        update: (props, options) => update(pk, props, options),
        delete: (options) => remove(pk, options),
      }
    },
    list(name, filter = {}) {
      const from = originOf(name)
      const origin = listOrigin(from, { ...filter })
      return { ...lists(keyOf([name, filter]), { ...from, origin }), ...writesOf(from) }
    },
  }
}

/** What can be written of a stream: shown at once, then asked for. */
function writesOf({ client, name, stream }: StreamOrigin): Writes<Untyped> {
  const change =
    (verb: "patch" | "update") =>
    (...[pk, props, options]: [Pk, object, RequestOptions?]) =>
      stream.write({ action: "update", pk, props }, () => client[verb](name, pk, props, options))
  return {
    create: (props, options) =>
      stream.write({ action: "create", pk: stream.newPk(props), props }, () =>
        client.create(name, props, options),
      ),
    patch: change("patch"),
    update: change("update"),
    delete: (pk, options) =>
      stream.write({ action: "delete", pk, props: {} }, () => client.delete(name, pk, {}, options)),
  }
}
