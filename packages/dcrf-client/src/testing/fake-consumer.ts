import { asFrame } from "./fake-frame.js"
import { answerInPages } from "./fake-pages.js"
import type { FakeAnswer, FakeReply, FakeRequest, FakeRow, FakeStream } from "./fake-stream.js"
import {
  type FakeSubscription,
  InstanceSubscriptions,
  ObserverSubscriptions,
} from "./fake-subscriptions.js"
import type { FakeChange, FakeTable } from "./fake-table.js"

/** A stream with its rows. */
export interface Served {
  readonly name: string
  readonly stream: FakeStream
  readonly table: FakeTable
}

/** What a consumer tells of what it does. */
export interface ConsumerEvents {
  /** A frame for the client, without its stream. */
  frame(payload: FakeRow): void
  /** A request changed a row. */
  changed(change: FakeChange): void
}

type UsualAction = (request: FakeRequest) => FakeReply | readonly FakeReply[]

const subscribed: FakeReply = { status: 201 }
const done: FakeReply = { status: 204 }
const notFound: FakeReply = { status: 404, errors: ["Not found"] }
const denied: FakeReply = {
  status: 403,
  errors: ["You do not have permission to perform this action."],
}

/** One stream on one socket, as a consumer of DCRF with all its mixins. */
export class FakeConsumer {
  readonly #served: Served
  readonly #url: URL
  readonly #events: ConsumerEvents
  readonly #instances = new InstanceSubscriptions()
  readonly #observers: readonly ObserverSubscriptions[]
  readonly #actions: ReadonlyMap<string, UsualAction>

  constructor(served: Served, url: URL, events: ConsumerEvents) {
    const { observers = [{}] } = served.stream
    this.#served = served
    this.#url = url
    this.#events = events
    this.#observers = observers.map((observer) => new ObserverSubscriptions(observer))
    this.#actions = new Map([
      ...Object.entries({
        list: (request: FakeRequest) => this.#list(request),
        retrieve: ({ payload }: FakeRequest) => this.#retrieve(payload),
        create: ({ payload }: FakeRequest) => this.#create(payload),
        update: ({ payload }: FakeRequest) => this.#change(payload, false),
        patch: ({ payload }: FakeRequest) => this.#change(payload, true),
        delete: ({ payload }: FakeRequest) => this.#delete(payload),
        subscribe_instance: (request: FakeRequest) => this.#subscribe(request),
        unsubscribe_instance: (request: FakeRequest) => this.#unsubscribe(request),
      }),
      ...this.#observers.flatMap((observer) => actionsOf(observer)),
    ])
  }

  /**
   * What the server says to a request.
   * @throws Error where DCRF has an exception that it doesn't handle.
   */
  answer(request: FakeRequest): FakeAnswer {
    const { action } = request
    if (action === null) return { status: 405, errors: ["Unable to find action in message body."] }
    if (this.#served.stream.permits?.(request) === false) return denied
    const usual = () => this.#actions.get(action)?.(request) ?? notAllowed(action)
    const { actions = {} } = this.#served.stream
    const own = Object.hasOwn(actions, action) ? actions[action] : undefined
    return own === undefined ? usual() : own(request, usual)
  }

  /** Sends what a change of a row means to those who have subscribed here. */
  tell(change: FakeChange): void {
    for (const observer of this.#observers) {
      for (const payload of observer.frames(change)) this.#events.frame(payload)
    }
    if (change.action !== "create") this.#tellInstances(change)
  }

  *subscriptions(): Generator<FakeSubscription> {
    yield* this.#instances.list(this.#served.name)
    for (const observer of this.#observers) yield* observer.list(this.#served.name)
  }

  #tellInstances({ action, pk }: FakeChange): void {
    const requestIds = this.#instances.tell(pk)
    if (requestIds === undefined) return
    const { name: stream } = this.#served
    const event = { stream, action, requestId: null, payload: { pk, action }, url: this.#url }
    if (this.#served.stream.permits?.(event) === false) this.#events.frame(asFrame(event, denied))
    for (const requestId of requestIds) {
      // An update is read when it is told: the row may be gone by then.
      const reply = action === "delete" ? { status: 204, data: { pk } } : this.#retrieve({ pk })
      this.#events.frame(asFrame({ action, requestId }, reply))
    }
  }

  #list(request: FakeRequest): FakeReply | readonly FakeReply[] {
    const { stream, table } = this.#served
    const rows = table.rows.filter((row) => stream.filter?.(row, request) ?? true)
    if (stream.paging === undefined) return { status: 200, data: rows }
    return answerInPages(rows, request.payload, stream.paging)
  }

  #retrieve(payload: FakeRow): FakeReply {
    const data = this.#find(payload)
    return data === undefined ? notFound : { status: 200, data }
  }

  #create({ data }: FakeRow): FakeReply {
    const { table } = this.#served
    const errors = table.faultsIn(needed(data, "data"), undefined, false)
    if (errors !== undefined) return { status: 400, errors }
    const change = table.create(this.#fields(data))
    this.#events.changed(change)
    return { status: 201, data: table.find(change.pk) }
  }

  #change(payload: FakeRow, partial: boolean): FakeReply {
    const { table } = this.#served
    const data = needed(payload.data, "data")
    if (this.#find(payload) === undefined) return notFound
    const errors = table.faultsIn(data, payload.pk, partial)
    if (errors !== undefined) return { status: 400, errors }
    const change = table.update(payload.pk, this.#fields(data))
    if (change !== undefined) this.#events.changed(change)
    return { status: 200, data: table.find(payload.pk) }
  }

  #delete(payload: FakeRow): FakeReply {
    needed(payload.pk, "pk")
    const change = this.#served.table.delete(payload.pk)
    if (change === undefined) return notFound
    this.#events.changed(change)
    return done
  }

  #subscribe({ requestId, payload }: FakeRequest): FakeReply {
    if (requestId === null) throw new Error("request_id must have a value set")
    const row = this.#find(payload)
    if (row === undefined) return notFound
    this.#instances.add(this.#served.table.pkOf(row), requestId)
    return subscribed
  }

  #unsubscribe({ requestId, payload }: FakeRequest): FakeReply {
    const row = this.#find(payload)
    if (row === undefined) return notFound
    this.#instances.remove(this.#served.table.pkOf(row), requestId)
    return done
  }

  #find({ pk }: FakeRow): FakeRow | undefined {
    return this.#served.table.find(needed(pk, "pk"))
  }

  /** Django ignores a key that a request brings. */
  #fields(data: unknown): FakeRow {
    const { [this.#served.table.pkField]: _, ...fields } = Object(data)
    return fields
  }
}

function actionsOf(observer: ObserverSubscriptions): [string, UsualAction][] {
  return [
    [
      observer.subscribe,
      (request) => {
        observer.add(request)
        return subscribed
      },
    ],
    [
      observer.unsubscribe,
      (request) => {
        observer.remove(request)
        return done
      },
    ],
  ]
}

function notAllowed(action: string): FakeReply {
  return { status: 405, errors: [`Method "${action}" not allowed.`] }
}

function needed(value: unknown, name: string): unknown {
  if (value === undefined) throw new TypeError(`The request has no ${name}`)
  return value
}
