import type { Client } from "../client.js"
import { type DcrfError, toDcrfError } from "../dcrf-error.js"
import { callSafely, type Off } from "../listeners.js"
import type { RequestOptions } from "../request-options.js"
import type { Status } from "../status.js"
import { type Fetched, type Selection, ServerRows } from "./server-rows.js"
import type { RowsViewer, StreamRows, Write } from "./stream-rows.js"
import { createWatch, type Watch } from "./watch.js"

/** What is shown. An error outweighs how fresh it is. */
export interface View {
  readonly freshness: "loading" | "live" | "stale"
  readonly rows: readonly object[]
  readonly count: number
  readonly error: DcrfError | undefined
}

/** Where rows come from, and which. */
export interface Origin<State> extends Selection {
  /** The stream's. */
  readonly name: string
  fetch(options: RequestOptions): Promise<Fetched>
  /** Subscribes to what isn't yet; it is asked again when other rows are there. */
  watch(watch: Watch, rows: ServerRows): void
  stateOf(view: View): State
}

/** What a source is made of. */
export interface SourceOptions<State> {
  readonly client: Client
  readonly stream: StreamRows
  readonly origin: Origin<State>
}

/** Rows that are fetched, and kept as they are on the server, while somebody listens. */
export class RowsSource<State> implements RowsViewer {
  readonly #client: Client
  readonly #stream: StreamRows
  readonly #origin: Origin<State>
  readonly #rows: ServerRows
  readonly #watch: Watch
  readonly #offStatus: Off
  readonly #lifetime = new AbortController()
  readonly #listeners = new Set<{ readonly call: () => void }>()
  #freshness: View["freshness"] = "loading"
  #fetching: Promise<void> | undefined
  #isOutdated = false
  #fetchError: DcrfError | undefined
  #watchError: DcrfError | undefined
  #state: State | undefined

  constructor({ client, stream, origin }: SourceOptions<State>) {
    this.#client = client
    this.#stream = stream
    this.#origin = origin
    this.#rows = new ServerRows(stream, origin)
    this.#watch = createWatch(client, origin.name, {
      event: (action, data) => this.#take(this.#rows.apply(action, Object(data))),
      error: (error) => this.#watchFailed(error),
      refetch: () => this.#renew(),
      late: () => void this.#refresh(),
    })
    this.#offStatus = client.onStatus((status) => this.#statusChanged(status))
    stream.viewers.add(this)
    origin.watch(this.#watch, this.#rows)
    void this.#refresh()
  }

  get state(): State {
    this.#state ??= this.#origin.stateOf({
      ...this.#rows.shown(),
      freshness: this.#freshness,
      error: this.#error,
    })
    return this.#state
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  add(call: () => void): Off {
    const entry = { call }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  end(): void {
    this.#lifetime.abort()
    this.#offStatus()
    this.#watch.rows([])
    this.#rows.replace({ rows: [] })
    this.#stream.viewers.delete(this)
  }

  changed(): void {
    this.#state = undefined
    for (const { call } of [...this.#listeners]) callSafely(call, throwLater)
  }

  written(write: Write, answer: unknown): void {
    this.#take(this.#rows.written(write, answer))
  }

  get #error(): DcrfError | undefined {
    return this.#fetchError ?? this.#watchError
  }

  #take(isOutdated: boolean): void {
    if (isOutdated) void this.#refresh()
    this.#origin.watch(this.#watch, this.#rows)
    this.changed()
  }

  #refresh(): Promise<void> {
    this.#isOutdated = true
    this.#fetching ??= this.#fetchWhileOutdated()
    return this.#fetching
  }

  /** Fetches after a reconnect. What has crashed the server twice would do it again. */
  #renew(): Promise<void> {
    const hasCrashed = this.#fetchError?.kind === "connection"
    return this.#fetching ?? (hasCrashed ? Promise.resolve() : this.#refresh())
  }

  async #fetchWhileOutdated(): Promise<void> {
    // One that is given up rejects, and changes nothing that anybody hears of.
    const { signal } = this.#lifetime
    try {
      while (this.#isOutdated) {
        this.#isOutdated = false
        this.#fetched(await this.#origin.fetch({ signal, retry: true }))
      }
    } catch (cause) {
      this.#fetchFailed(cause)
    } finally {
      this.#fetching = undefined
    }
  }

  #fetched(fetched: Fetched): void {
    this.#rows.replace(fetched)
    this.#fetchError = undefined
    this.#freshness = this.#client.status === "connected" ? "live" : "stale"
    this.#take(false)
  }

  #fetchFailed(cause: unknown): void {
    this.#fetchError = toDcrfError(cause)
    this.changed()
  }

  #watchFailed(error: DcrfError): void {
    if (error.kind === "closed") return
    // What a row is now, a fetch can tell.
    if (error.kind === "event" || error.status === 404) void this.#refresh()
    else {
      this.#watchError = error
      this.changed()
    }
  }

  #statusChanged(status: Status): void {
    if (status === "connected") this.#connected()
    else {
      // What was subscribed is forgotten then.
      if (status === "closed") this.#watch.rows([])
      if (this.#freshness === "live") this.#freshness = "stale"
      this.changed()
    }
  }

  #connected(): void {
    // What was refused is tried again, but what has crashed the server.
    if (this.#watchError && this.#watchError.kind !== "connection") {
      this.#watch.rows([])
      this.#watchError = undefined
    }
    this.#origin.watch(this.#watch, this.#rows)
    // The client has subscribed again before, so that nothing is missed in between.
    void this.#renew()
  }
}

/** As what a listener of an event throws. */
const throwLater = (cause: unknown) =>
  queueMicrotask(() => {
    throw cause
  })
