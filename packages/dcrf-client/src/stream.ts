import { errorOf, isError } from "./answer.js"
import { StreamingRequestPromise } from "./cancelable-promise.js"
import type { StreamingHandler } from "./client.js"
import { EventQueue } from "./event-queue.js"
import { callSafely } from "./listeners.js"
import type { StreamingOptions } from "./request-options.js"
import type { Question, RequestTable } from "./request-table.js"
import type { Untyped } from "./rows.js"

/** What streams, and to whom. */
export interface StreamRequest {
  readonly requests: RequestTable
  readonly question: Question
  readonly callback: StreamingHandler<Untyped> | undefined
  readonly options: StreamingOptions<Untyped>
  /** Takes what nobody waits for. */
  readonly report: (cause: unknown) => void
}

/** A request with several answers: `until`, an error, or who asked ends it. */
export class Stream {
  readonly #request: StreamRequest
  readonly #queues = new Set<EventQueue<Untyped>>()
  #end: { readonly error?: unknown } | undefined
  #last: Untyped
  #close = () => {}

  constructor(request: StreamRequest) {
    this.#request = request
  }

  /** Sends the request. The promise rejects when that fails. */
  start(): StreamingRequestPromise<Untyped> {
    const { requests, question, options } = this.#request
    return new StreamingRequestPromise<Untyped>(
      (resolve, reject) => {
        let fail: (error: unknown) => void = (error) => {
          this.#finish({ error })
          reject(error)
        }
        if (options.signal?.aborted) return fail(options.signal.reason)
        options.signal?.addEventListener("abort", this.#abort)
        this.#close = requests.open({
          ...question,
          timeout: Number.POSITIVE_INFINITY,
          again: () => this.#resumed(),
          take: (answer) => {
            if (isError(answer)) this.#fail(errorOf(question, answer, "answer"))
            else this.#take(answer.data)
            return this.#end !== undefined
          },
          fail: (error) => fail(error),
        })
        fail = (error) => this.#fail(error)
        if (this.#end) this.#close()
        resolve()
      },
      {
        id: question.id,
        cancel: async () => this.#finish({}),
        iterate: () => this.#iterate(),
      },
    )
  }

  readonly #abort = () => this.#fail(this.#request.options.signal?.reason)

  #iterate(): EventQueue<Untyped> {
    const queue = new EventQueue<Untyped>(() => this.#finish({}))
    this.#queues.add(queue)
    if (this.#end) queue.end(this.#end)
    return queue
  }

  #take(data: Untyped): void {
    const { callback, options, report } = this.#request
    this.#last = data
    if (callback) callSafely(() => callback(null, data), report)
    for (const queue of this.#queues) queue.push(data)
    callSafely(() => {
      if (options.until?.(data)) this.#finish({})
    }, report)
  }

  #resumed(): object | undefined {
    let payload: object | undefined
    callSafely(() => {
      payload = this.#request.options.resume?.(this.#last)
    }, this.#request.report)
    return payload
  }

  #fail(error: Untyped): void {
    const { callback, report } = this.#request
    if (!this.#finish({ error })) return
    if (callback) callSafely(() => callback(error, null), report)
    else if (this.#queues.size === 0) report(error)
  }

  /** @returns false when it had ended already */
  #finish(end: { readonly error?: unknown }): boolean {
    if (this.#end) return false
    this.#end = end
    this.#close()
    this.#request.options.signal?.removeEventListener("abort", this.#abort)
    for (const queue of this.#queues) queue.end(end)
    return true
  }
}
