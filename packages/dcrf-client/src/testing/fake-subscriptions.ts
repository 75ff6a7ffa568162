import { asFrame } from "./fake-frame.js"
import type { FakeEvent, FakeObserver, FakePk, FakeRequest, FakeRow } from "./fake-stream.js"
import type { FakeChange } from "./fake-table.js"

/** A subscription that the server holds. */
export interface FakeSubscription {
  /** The name of the stream. */
  readonly stream: string
  /** The action that made it. */
  readonly action: string
  /** Null when it has none. */
  readonly requestId: unknown
  /** The key of the row, of those by `subscribe_instance`. */
  readonly pk?: string
}

/** What one socket has subscribed to with `subscribe_instance`; with DCRF's faults. */
export class InstanceSubscriptions {
  /** The request ids, by the row's key. */
  readonly #requests = new Map<string, Set<unknown>>()
  /** The rows of which events arrive. */
  readonly #joined = new Set<string>()
  /** The rows of which an event has come since. */
  readonly #told = new Set<string>()

  add(pk: FakePk, requestId: unknown): void {
    const ids = this.#requests.get(String(pk)) ?? new Set()
    this.#requests.set(String(pk), ids.add(requestId))
    this.#joined.add(String(pk))
  }

  /**
   * Drops a request id from whatever row it has, as DCRF does. And once an event has come, the others
   * that ask for this row hear no more of it, until one of them subscribes again.
   */
  remove(pk: FakePk, requestId: unknown): void {
    if (this.#told.delete(String(pk))) this.#joined.delete(String(pk))
    if (requestId === null) this.#requests.delete(String(pk))
    else for (const ids of this.#requests.values()) ids.delete(requestId)
  }

  /** Those who hear of an event of a row. */
  tell(pk: FakePk): readonly unknown[] | undefined {
    if (!this.#joined.has(String(pk))) return undefined
    this.#told.add(String(pk))
    return [...(this.#requests.get(String(pk)) ?? [])]
  }

  *list(stream: string): Generator<FakeSubscription> {
    for (const [pk, ids] of this.#requests) {
      for (const requestId of ids) yield { stream, action: "subscribe_instance", requestId, pk }
    }
  }
}

const everyRow = ["all"]

/** What one socket has subscribed to of a model observer. */
export class ObserverSubscriptions {
  readonly subscribe: string
  readonly unsubscribe: string
  readonly #observer: FakeObserver
  /** The request ids, by group; of a subscription without one, null. */
  readonly #requests = new Map<string, Set<unknown>>()

  constructor(observer: FakeObserver) {
    this.#observer = observer
    this.subscribe = observer.subscribe ?? "subscribe_to_all"
    this.unsubscribe = observer.unsubscribe ?? "unsubscribe_from_all"
  }

  add(request: FakeRequest): void {
    for (const group of this.#wanted(request)) {
      const ids = this.#requests.get(group) ?? new Set()
      this.#requests.set(group, ids.add(request.requestId))
    }
  }

  remove(request: FakeRequest): void {
    for (const group of this.#wanted(request)) {
      if (request.requestId === null) this.#requests.delete(group)
      else this.#requests.get(group)?.delete(request.requestId)
    }
  }

  /** The frames that a change brings. A row that leaves a group is deleted there, and created where it joins. */
  *frames(change: FakeChange): Generator<FakeRow> {
    const before = change.action === "create" ? [] : this.#groupsOf(change.was)
    const after = change.action === "delete" ? [] : this.#groupsOf(change.now)
    const data = change.action === "delete" ? change.was : change.now
    for (const group of new Set([...before, ...after])) {
      const stays = before.includes(group) && after.includes(group)
      const action = stays ? "update" : after.includes(group) ? "create" : "delete"
      for (const requestId of this.#requests.get(group) ?? []) {
        yield this.#observer.frame?.({ action, data, requestId }) ??
          frame({ action, data, requestId })
      }
    }
  }

  *list(stream: string): Generator<FakeSubscription> {
    for (const requestId of new Set([...this.#requests.values()].flatMap((ids) => [...ids]))) {
      yield { stream, action: this.subscribe, requestId }
    }
  }

  #wanted(request: FakeRequest): readonly string[] {
    return this.#observer.wanted?.(request) ?? everyRow
  }

  #groupsOf(row: FakeRow): readonly string[] {
    return this.#observer.groupsOf?.(row) ?? everyRow
  }
}

/** The frame that most consumers make of an event. */
function frame({ action, data, requestId }: FakeEvent): FakeRow {
  return asFrame({ action, requestId }, { status: action === "delete" ? 204 : 200, data })
}
