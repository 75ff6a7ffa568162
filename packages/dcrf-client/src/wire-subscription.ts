import { dataOf, errorOf, isError } from "./answer.js"
import type { Client } from "./client.js"
import { DcrfError, type ServerPayload } from "./dcrf-error.js"
import { EventLog } from "./event-log.js"
import type { Line } from "./line.js"
import { isRecord } from "./record.js"
import type { RequestTable } from "./request-table.js"
import type { Pk, Untyped } from "./rows.js"
import type { Subscriber } from "./subscriber.js"

/** What subscriptions have in common. */
export interface SubscriptionContext {
  readonly line: Line
  readonly requests: RequestTable
  readonly client: Client
  /** What selects the events of a subscription. */
  eventSelectors(stream: string, requestId: string): readonly object[]
  /** Takes what nobody waits for. */
  report(error: DcrfError): void
}

/** What a subscription is about. */
export interface Terms {
  readonly stream: string
  readonly id: string
  readonly args: { readonly pk?: Pk }
  readonly subscribeAction: string
  readonly unsubscribeAction: string
  readonly unsubscribeArgs: object
  readonly timeout: number | undefined
  /** How what was missed is fetched. */
  readonly refetch: (() => Promise<Untyped>) | undefined
}

/** How long an unsubscribing waits for its answer, in milliseconds. */
const PARTING = 2_000

/** Actions of events; what has another one may be an answer. */
const ROW_ACTIONS: readonly unknown[] = ["create", "update", "delete"]

/** One subscription on the wire, for all who subscribed to the same. */
export class WireSubscription {
  readonly terms: Terms
  readonly subscribers = new Set<Subscriber>()
  /** Whether its request waits in the queue. */
  isQueued = false
  #resolve: (value: null) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  /** Resolves when the server has answered for the first time, or nobody wants it any more. */
  readonly ready = new Promise<null>((resolve, reject) => {
    this.#resolve = resolve
    this.#reject = reject
  })
  readonly #context: SubscriptionContext
  readonly #log = new EventLog()
  readonly #selector: object
  readonly #release: () => void
  readonly #stopListening: (() => void)[]
  readonly #onEnd: (wire: WireSubscription) => void
  #giveUp = () => {}
  #isReady = false
  #isEnded = false
  #pending = 0

  /** `onEnd` is called when the server ends it. @throws DcrfError when the request id is in use */
  constructor(context: SubscriptionContext, terms: Terms, onEnd: (wire: WireSubscription) => void) {
    const { stream, id } = terms
    this.#context = context
    this.terms = terms
    this.#onEnd = onEnd
    this.#selector = context.client.buildRequestResponseSelector(stream, id)
    const selectors = context.eventSelectors(stream, id)
    this.#release = context.requests.claim(this.#selector, id)
    this.#stopListening = selectors.map((selector) =>
      context.line.listen(selector, (payload) => this.#hear(payload)),
    )
  }

  /** Subscribes; `then` is called when the server has agreed. */
  subscribe(then = () => {}): void {
    const { line, requests, client } = this.#context
    const { id, args, subscribeAction, unsubscribeAction, timeout } = this.terms
    this.isQueued = !line.isOpen
    try {
      const question = {
        ...this.#asked(client.buildSubscribePayload(subscribeAction, args, id)),
        timeout,
        accepts: (answer: ServerPayload) => isAnswer(answer, subscribeAction, unsubscribeAction),
      }
      this.#pending++
      this.#giveUp = requests.open({
        ...question,
        take: (answer) => {
          this.#pending--
          if (isError(answer)) this.#refused(errorOf(question, answer, "answer"))
          else {
            this.#isReady = true
            this.#resolve(null)
            then()
          }
          return true
        },
        fail: (error) => {
          this.#pending--
          // One that the socket took with it is made again when it is back.
          if (!(error instanceof DcrfError && error.kind === "connection")) this.#fail(error)
        },
      })
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Subscribes again, and tells what was missed. */
  renew(): void {
    const { count } = this.#log
    this.subscribe(() => this.#catchUp(count))
  }

  /** Stops listening, and tells the server where it knows of it. Never rejects. */
  async leave(): Promise<void> {
    const { line, requests, client } = this.#context
    const { id, unsubscribeArgs, subscribeAction, unsubscribeAction } = this.terms
    this.#stop()
    if (this.isQueued || !line.isOpen) return
    try {
      await requests.ask({
        ...this.#asked(client.buildUnsubscribePayload(unsubscribeAction, unsubscribeArgs, id)),
        timeout: PARTING,
        accepts: (answer) => isAnswer(answer, unsubscribeAction, subscribeAction),
      })
    } catch {
      // A row that is gone is refused; whatever it is, nothing comes any more.
    }
  }

  #asked(payload: object) {
    const { stream, id } = this.terms
    return { stream, id, payload, selector: this.#selector }
  }

  #stop(): void {
    this.#isEnded = true
    this.#giveUp()
    this.#release()
    for (const stop of this.#stopListening) stop()
    this.#resolve(null)
  }

  #hear(payload: ServerPayload): void {
    const { subscribeAction, unsubscribeAction } = this.terms
    if (payload.action === unsubscribeAction) return
    if (this.#pending > 0 && isAnswer(payload, subscribeAction, unsubscribeAction)) return
    if (isError(payload)) this.#tellError(this.#errorOf(payload))
    else this.#tell(payload, false)
  }

  #tell(payload: ServerPayload, isFetched: boolean): void {
    const action = payload.action ?? ""
    const data = action === "delete" ? this.#withPk(dataOf(payload)) : dataOf(payload)
    if (isFetched ? this.#log.isLast(action, data) : this.#log.isEcho(action, data)) return
    this.#log.note(action, data, isFetched)
    for (const subscriber of [...this.subscribers]) {
      if (this.subscribers.has(subscriber)) subscriber.tell(data, action, payload)
    }
  }

  /** DCRF always says `pk` in a delete event, whatever the serializer calls it. */
  #withPk(data: Untyped): Untyped {
    const { pkField, ensurePkFieldInDeleteEvents } = this.#context.client
    if (!ensurePkFieldInDeleteEvents || !isRecord(data) || pkField in data) return data
    const { pk, ...rest } = data
    return { ...rest, [pkField]: pk }
  }

  async #catchUp(count: number): Promise<void> {
    const { refetch } = this.terms
    if (!refetch) return
    // An event that came meanwhile says more than what is fetched.
    const isLate = () => this.#isEnded || this.#log.count !== count
    try {
      const rows = await refetch()
      if (isLate()) return
      for (const data of Array.isArray(rows) ? rows : [rows]) {
        this.#tell(
          { action: "update", data, response_status: 200, request_id: this.terms.id },
          true,
        )
      }
    } catch (cause) {
      const error =
        cause instanceof DcrfError
          ? cause
          : new DcrfError("handler", `refetch of ${this.terms.stream} threw`, { cause })
      if (isLate() || error.kind === "connection" || error.kind === "closed") return
      if (error.status === 404 && this.terms.args.pk !== undefined) this.#tellGone()
      else this.#tellError(error)
    }
  }

  #tellGone(): void {
    const { id, args } = this.terms
    if (this.#log.isDeleted) return
    const data = { pk: args.pk }
    this.#tell({ action: "delete", data, response_status: 204, request_id: id }, true)
  }

  #refused(error: DcrfError): void {
    if (this.#isReady && error.status === 404 && this.terms.args.pk !== undefined) {
      this.#tellGone()
      this.#fail()
    } else this.#fail(error)
  }

  /** It is over, by an error or because the row is gone. */
  #fail(error?: unknown): void {
    if (this.#isEnded) return
    if (error !== undefined && this.#isReady) {
      this.#tellError(
        error instanceof DcrfError
          ? error
          : new DcrfError("handler", String(error), { cause: error }),
      )
    }
    this.#reject(error)
    this.#stop()
    this.#onEnd(this)
    for (const subscriber of this.subscribers) subscriber.lose(error)
    this.subscribers.clear()
  }

  #tellError(error: DcrfError): void {
    const told = [...this.subscribers].map((subscriber) => subscriber.tellError(error))
    if (told.includes(false) || told.length === 0) this.#context.report(error)
  }

  #errorOf(payload: ServerPayload): DcrfError {
    return errorOf(this.#asked({ pk: this.terms.args.pk }), payload, "event")
  }
}

/** Whether it answers `action`, rather than `other` or being an event. */
function isAnswer(payload: ServerPayload, action: string, other: string): boolean {
  if (payload.action === action) return true
  return (
    payload.response_status !== undefined &&
    payload.action !== other &&
    !ROW_ACTIONS.includes(payload.action)
  )
}
