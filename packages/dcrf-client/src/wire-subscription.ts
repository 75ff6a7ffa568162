import { dataOf, errorOf } from "./answer.js"
import type { Client } from "./client.js"
import { DcrfError, type ServerPayload, toDcrfError } from "./dcrf-error.js"
import { eventSelectors } from "./event-selectors.js"
import type { Feed } from "./feed.js"
import { listen } from "./line.js"
import { callSafely, type Report } from "./listeners.js"
import type { RequestTable } from "./request-table.js"
import type { Pk, Untyped } from "./rows.js"
import type { SubscribeOptions, SubscriptionEvent, SubscriptionHandler } from "./subscription.js"
import { isRepeated, type Told } from "./told.js"

/** One who subscribed: by a callback, by a loop, or both. */
export interface Subscriber {
  readonly callback: SubscriptionHandler<Untyped> | undefined
  readonly options: SubscribeOptions
  readonly feed: Feed<SubscriptionEvent<Untyped>>
  /** How many of its rows are subscribed. */
  rows: number
  /** Nothing comes any more, because of an error or not. */
  end(error?: unknown): void
}

/** What a subscription is about. */
export interface Terms {
  readonly stream: string
  readonly id: string
  /** The same where the application chose it. */
  readonly requestId: string | undefined
  readonly args: { readonly pk?: Pk }
  readonly subscribeAction: string
  readonly unsubscribeAction: string
  readonly unsubscribeArgs: object
  readonly timeout: number | undefined
}

/** What subscriptions have in common. */
export interface SubscriptionContext {
  readonly client: Client
  readonly requests: RequestTable
  /** Takes what nobody waits for. */
  readonly report: Report
}

/** What rows are subscribed with, unless the options say otherwise. */
export const INSTANCE = "subscribe_instance"

/** How long an unsubscribing waits for its answer, in milliseconds. */
const PARTING = 2_000

const nothing = () => {}

/** One subscription on the wire, for all who subscribed to the same. */
export class WireSubscription {
  readonly terms: Terms
  readonly subscribers = new Map<Subscriber, Told>()
  /** Whether its request waits in the queue. */
  isQueued = false
  #resolve: (data: unknown) => void = nothing
  #reject: (error: unknown) => void = nothing
  /** Resolves with the first answer's data, or when nobody wants it any more. */
  readonly ready = new Promise<unknown>((resolve, reject) => {
    this.#resolve = resolve
    this.#reject = reject
  })
  readonly #context: SubscriptionContext
  readonly #onEnd: (wire: WireSubscription, error: unknown) => void
  readonly #stops: (() => void)[]
  #giveUp = nothing
  #isAsking = false
  /** Whether it is to be asked again when it is answered. */
  #isOutdated = false
  #isReady = false
  #isEnded = false
  #isDeleted = false
  /** The keys of the rows of which events came while what was missed is fetched. */
  #heard: Set<unknown> | undefined

  /** `onEnd` is called when it ends by itself. @throws DcrfError when the request id is in use */
  constructor(
    context: SubscriptionContext,
    terms: Terms,
    onEnd: (wire: WireSubscription, error: unknown) => void,
  ) {
    const { client, requests } = context
    const { stream, id, requestId } = terms
    this.#context = context
    this.terms = terms
    this.#onEnd = onEnd
    // Before its answers are listened for, so that it can tell them from events.
    this.#stops = eventSelectors(client, stream, id).map((selector) =>
      listen(client, selector, (payload) => this.#hear(payload)),
    )
    if (requestId !== undefined) this.#stops.push(requests.claim(stream, id))
  }

  /** Whether its row was deleted: the server would refuse who subscribes now. */
  get isGone(): boolean {
    return this.terms.args.pk !== undefined && this.#isDeleted
  }

  /** Subscribes; `then` is called when the server has agreed. */
  subscribe(then = nothing): void {
    const { client, requests } = this.#context
    const { stream, id, args, subscribeAction, timeout } = this.terms
    this.isQueued = !client.transport.isConnected()
    this.#isAsking = true
    try {
      const payload = client.buildSubscribePayload(subscribeAction, args, id)
      this.#giveUp = requests.open({
        stream,
        payload: { ...payload, request_id: id },
        timeout,
        again: () => {
          this.isQueued = true
          return { ...payload, request_id: id }
        },
        accepts: (answer) => isAnswer(answer, subscribeAction),
        take: (answer) => {
          const error = errorOf({ stream, payload }, answer, "answer")
          this.#isAsking = false
          this.#giveUp = nothing
          if (error) this.#fail(error)
          else {
            this.#isReady = true
            this.#resolve(answer.data ?? null)
            if (this.#isOutdated) this.renew()
            else then()
          }
          return true
        },
        fail: (error) => this.#fail(error),
      })
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Subscribes again, and tells what was missed. */
  renew(): void {
    // Two answers to one id couldn't be told from events.
    this.#isOutdated = this.#isAsking
    if (this.#isAsking) return
    const heard = new Set()
    this.#heard = heard
    this.subscribe(() => this.#catchUp(heard))
  }

  /** Stops listening, and tells the server where it knows of it. Never rejects. */
  async leave(): Promise<void> {
    const { client, requests } = this.#context
    const { stream, id, unsubscribeAction, unsubscribeArgs } = this.terms
    this.#stop()
    if (this.isQueued || !client.transport.isConnected()) return
    try {
      const payload = client.buildUnsubscribePayload(unsubscribeAction, unsubscribeArgs, id)
      await requests.ask({
        stream,
        payload: { ...payload, request_id: id },
        timeout: PARTING,
        accepts: (answer) => isAnswer(answer, unsubscribeAction),
      })
    } catch {
      // A row that is gone is refused; whatever it is, nothing comes any more.
    }
  }

  #stop(): void {
    this.#isEnded = true
    this.#giveUp()
    for (const stop of this.#stops) stop()
    this.#resolve(null)
  }

  #hear(payload: ServerPayload): void {
    const { stream, args, subscribeAction, unsubscribeAction } = this.terms
    if (this.#isAsking && isAnswer(payload, subscribeAction)) return
    if (isAnswer(payload, unsubscribeAction)) return
    const error = errorOf({ stream, payload: args }, payload, "event")
    if (error) this.#tellError(error)
    else this.#tell(payload)
  }

  /** Tells an event to all, or what was fetched to those who asked for it. */
  #tell(payload: ServerPayload, fetchedFor?: readonly Subscriber[]): void {
    const { action } = payload
    const data = this.#dataOf(payload)
    this.#isDeleted = action === "delete"
    if (!fetchedFor) this.#heard?.add(this.#keyOf(data))
    for (const subscriber of fetchedFor ?? [...this.subscribers.keys()]) {
      const { callback, options, feed } = subscriber
      const told = this.subscribers.get(subscriber)
      if (!told || isRepeated(told, [action, data], fetchedFor !== undefined)) continue
      if (action === "create" && !options.includeCreateEvents) continue
      if (callback) callSafely(() => callback(data, action ?? "", payload), this.#context.report)
      feed.push({ action: action ?? "", data })
    }
  }

  #dataOf(payload: ServerPayload): unknown {
    const { pkField, ensurePkFieldInDeleteEvents } = this.#context.client
    const data = dataOf(payload)
    if (payload.action !== "delete" || !ensurePkFieldInDeleteEvents) return data
    // DCRF always says `pk` there, whatever the serializer calls it.
    const { pk, ...rest }: Readonly<Record<string, unknown>> = Object(data)
    if (pk === undefined || pkField === "pk" || pkField in rest) return data
    return { ...rest, [pkField]: pk }
  }

  /** The key of the row that an event is about, if it is about one. */
  #keyOf(data: unknown): unknown {
    const fields: Readonly<Record<string, unknown>> = Object(data)
    return this.terms.args.pk ?? fields[this.#context.client.pkField] ?? fields.pk
  }

  #catchUp(heard: ReadonlySet<unknown>): void {
    const groups = new Map<() => Promise<unknown>, Subscriber[]>()
    for (const subscriber of this.subscribers.keys()) {
      const fetch = this.#refetchOf(subscriber)
      if (fetch) groups.set(fetch, [...(groups.get(fetch) ?? []), subscriber])
    }
    for (const [fetch, subscribers] of groups) void this.#fetchMissed(fetch, subscribers, heard)
  }

  /** How a subscriber wants to have fetched what was missed, if at all. */
  #refetchOf({ options }: Subscriber): (() => Promise<unknown>) | undefined {
    const { refetch = this.#context.client.options.refetch ?? true } = options
    if (typeof refetch === "function") return refetch
    const isRow = this.terms.subscribeAction === INSTANCE && this.terms.args.pk !== undefined
    return refetch && isRow ? this.#retrieve : undefined
  }

  readonly #retrieve = (): Promise<unknown> => {
    const { stream, args } = this.terms
    return this.#context.client.retrieve(stream, args.pk ?? "")
  }

  async #fetchMissed(
    fetch: () => Promise<unknown>,
    subscribers: readonly Subscriber[],
    heard: ReadonlySet<unknown>,
  ): Promise<void> {
    const { id: request_id, args } = this.terms
    // An event that came meanwhile says more of its row than what is fetched.
    const isLate = (key: unknown) => this.#isEnded || this.#heard !== heard || heard.has(key)
    try {
      for (const data of [await fetch()].flat()) {
        if (isLate(this.#keyOf(data))) continue
        this.#tell({ action: "update", data, request_id }, subscribers)
      }
    } catch (cause) {
      const error = toDcrfError(cause)
      if (isLate(args.pk) || error.kind === "connection" || error.kind === "closed") return
      if (!this.#tellGone(error, subscribers)) this.#tellError(error, subscribers)
    }
  }

  /** Tells that a row is gone, where the error says so. */
  #tellGone(cause: unknown, subscribers: readonly Subscriber[]): boolean {
    const { id, args } = this.terms
    const isGone = cause instanceof DcrfError && cause.status === 404 && args.pk !== undefined
    if (isGone) this.#tell({ action: "delete", data: { pk: args.pk }, request_id: id }, subscribers)
    return isGone
  }

  /** It is over. */
  #fail(error: unknown): void {
    if (this.#isEnded) return
    const subscribers = [...this.subscribers.keys()]
    const isGone = this.#isReady && this.#tellGone(error, subscribers)
    if (this.#isReady && !isGone) this.#tellError(error, subscribers)
    this.#reject(error)
    this.#stop()
    this.#onEnd(this, error)
    this.subscribers.clear()
    for (const subscriber of subscribers) {
      if (--subscriber.rows === 0 || !isGone) subscriber.end(isGone ? undefined : error)
    }
  }

  #tellError(cause: unknown, to: readonly Subscriber[] = [...this.subscribers.keys()]): void {
    const { report } = this.#context
    const error = toDcrfError(cause)
    const subscribers = to.filter((subscriber) => this.subscribers.has(subscriber))
    for (const { options } of subscribers) {
      if (options.onError) callSafely(() => options.onError?.(error), report)
      else report(error)
    }
  }
}

/** Whether it answers this action; DCRF names it, unless it could not be found. */
function isAnswer({ action, response_status }: ServerPayload, asked: string): boolean {
  return (action ?? (response_status && asked)) === asked
}
