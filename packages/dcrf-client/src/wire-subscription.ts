import { dataOf, errorOf } from "./answer.js"
import type { Client } from "./client.js"
import { type ServerPayload, toDcrfError } from "./dcrf-error.js"
import type { Feed } from "./feed.js"
import { listen } from "./line.js"
import { callSafely, type Report } from "./listeners.js"
import { selectorOf } from "./message-builders.js"
import type { RequestTable } from "./request-table.js"
import type { Pk, Untyped } from "./rows.js"
import type { SubscribeOptions, SubscriptionEvent, SubscriptionHandler } from "./subscription.js"

/** One who subscribed: by a callback, by a loop, or both. */
export interface Subscriber {
  readonly callback: SubscriptionHandler<Untyped> | undefined
  readonly options: SubscribeOptions
  readonly feed: Feed<SubscriptionEvent<Untyped>>
  /** How many of its rows are subscribed. */
  rows: number
}

/** What a subscription is about. */
export interface Terms {
  readonly stream: string
  readonly id: string
  /** The same where the application chose it. */
  readonly requestId?: string
  readonly args: { readonly pk?: Pk }
  readonly subscribeAction: string
  readonly unsubscribeAction: string
  readonly unsubscribeArgs: object
  readonly timeout: number | undefined
  /** How what was missed is fetched, if it is. */
  readonly refetch: false | undefined | (() => Promise<Untyped>)
}

/** What subscriptions have in common. */
export interface SubscriptionContext {
  readonly client: Client
  readonly requests: RequestTable
  /** Takes what nobody waits for. */
  readonly report: Report
}

/** How long an unsubscribing waits for its answer, in milliseconds. */
const PARTING = 2_000

const nothing = () => {}

/** One subscription on the wire, for all who subscribed to the same. */
export class WireSubscription {
  readonly terms: Terms
  readonly subscribers = new Set<Subscriber>()
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
  readonly #onEnd: (wire: WireSubscription) => void
  readonly #stops: (() => void)[]
  #giveUp = nothing
  #isAsking = false
  #isReady = false
  #isEnded = false
  /** Counts the events. */
  #count = 0
  /** The action and the data of the last event, and whether that was fetched. */
  #last: Untyped
  #isFetched = false

  /** `onEnd` is called when it ends by itself. @throws DcrfError when the request id is in use */
  constructor(context: SubscriptionContext, terms: Terms, onEnd: (wire: WireSubscription) => void) {
    const { client, requests } = context
    const { stream, id, requestId } = terms
    this.#context = context
    this.terms = terms
    this.#onEnd = onEnd
    // Before its answers are listened for, so that it can tell them from events.
    this.#stops = eventSelectors(client, terms).map((selector) =>
      listen(client, selector, (payload) => this.#hear(payload)),
    )
    if (requestId !== undefined) this.#stops.push(requests.claim(stream, id))
  }

  /** Whether its row was deleted: the server would refuse who subscribes now. */
  get isGone(): boolean {
    return this.terms.args.pk !== undefined && this.#last?.[0] === "delete"
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
        accepts: (answer) => isAnswer(answer, subscribeAction),
        take: (answer) => {
          const error = errorOf({ stream, payload }, answer, "answer")
          this.#isAsking = false
          this.#giveUp = nothing
          if (error) this.#fail(error)
          else {
            this.#isReady = true
            this.#resolve(answer.data ?? null)
            then()
          }
          return true
        },
        fail: (error: Untyped) => {
          // One that the socket took with it is made again when it is back.
          if (error.kind !== "connection") this.#fail(error)
        },
      })
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Subscribes again, and tells what was missed. */
  renew(): void {
    const count = this.#count
    this.subscribe(() => this.#catchUp(count))
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

  #tell(payload: ServerPayload, isFetched = false): void {
    const { pkField, ensurePkFieldInDeleteEvents } = this.#context.client
    const { action } = payload
    let data = dataOf(payload)
    // DCRF always says `pk` there, whatever the serializer calls it.
    if (action === "delete" && ensurePkFieldInDeleteEvents && data && !(pkField in data)) {
      const { pk, ...rest } = data
      data = { ...rest, [pkField]: pk }
    }
    const last = [action, data]
    const mayRepeat = isFetched || this.#isFetched
    this.#isFetched = false
    // What is fetched may have come as an event, or come yet.
    if (mayRepeat && JSON.stringify(last) === JSON.stringify(this.#last)) return
    this.#isFetched = isFetched
    this.#count++
    this.#last = last
    for (const { callback, options, feed } of [...this.subscribers]) {
      if (action === "create" && !options.includeCreateEvents) continue
      if (callback) callSafely(() => callback(data, action ?? "", payload), this.#context.report)
      feed.push({ action: action ?? "", data })
    }
  }

  async #catchUp(count: number): Promise<void> {
    const { refetch, id: request_id } = this.terms
    // An event that came meanwhile says more than what is fetched.
    const isLate = () => this.#isEnded || this.#count !== count
    try {
      const rows = refetch ? await refetch() : []
      if (isLate()) return
      for (const data of [rows].flat()) this.#tell({ action: "update", data, request_id }, true)
    } catch (cause) {
      const error = toDcrfError(cause)
      if (isLate() || error.kind === "connection" || error.kind === "closed") return
      if (!this.#tellGone(error)) this.#tellError(error)
    }
  }

  /** Tells a row that it is gone, where the error says so. */
  #tellGone(error: Untyped): boolean {
    const { id, args } = this.terms
    const isGone = error?.status === 404 && args.pk !== undefined
    if (isGone) this.#tell({ action: "delete", data: { pk: args.pk }, request_id: id }, true)
    return isGone
  }

  /** It is over. */
  #fail(error: unknown): void {
    if (this.#isEnded) return
    const isGone = this.#isReady && this.#tellGone(error)
    if (this.#isReady && !isGone) this.#tellError(error)
    this.#reject(error)
    this.#stop()
    this.#onEnd(this)
    for (const subscriber of this.subscribers) {
      if (--subscriber.rows === 0 || !isGone) subscriber.feed.end(isGone ? undefined : error)
    }
    this.subscribers.clear()
  }

  #tellError(cause: unknown): void {
    const { report } = this.#context
    const error = toDcrfError(cause)
    for (const { options } of this.subscribers) {
      if (options.onError) callSafely(() => options.onError?.(error), report)
      else report(error)
    }
  }
}

/** Whether it answers this action; DCRF names it, unless it could not be found. */
function isAnswer({ action, response_status }: ServerPayload, asked: string): boolean {
  return (action ?? (response_status && asked)) === asked
}

/** One for all actions, unless the application selects events itself. */
function eventSelectors(client: Client, { stream, id }: Terms): readonly object[] {
  const { options } = client
  const isOwn = Object.keys(options).some((name) => /^buildSubscribe.+Selector$/.test(name))
  if (!isOwn) return [selectorOf(options, stream, { request_id: id })]
  return [
    client.buildSubscribeCreateSelector(stream, id),
    client.buildSubscribeUpdateSelector(stream, id),
    client.buildSubscribeDeleteSelector(stream, id),
  ]
}
