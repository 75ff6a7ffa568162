import { errorOf } from "./answer.js"
import { StreamingRequestPromise } from "./cancelable-promise.js"
import type { StreamingHandler } from "./client.js"
import { Feed } from "./feed.js"
import { callSafely, type Report } from "./listeners.js"
import type { StreamingOptions } from "./request-options.js"
import type { Question, RequestTable } from "./request-table.js"
import type { Untyped } from "./rows.js"

/** What streams, and to whom. */
export interface StreamRequest extends Question {
  readonly callback: StreamingHandler<Untyped> | undefined
  readonly options: StreamingOptions<Untyped>
  /** Takes what nobody waits for. */
  readonly report: Report
}

/** Makes a request with several answers: `until`, an error, or who asked ends it. */
export function openStream(
  requests: RequestTable,
  request: StreamRequest,
): StreamingRequestPromise<Untyped> {
  const { payload, callback, options, report } = request
  const { signal, until, resume } = options
  let last: Untyped
  let isOpen = true
  let close = () => {}

  const end = (error?: unknown): boolean => {
    const wasOpen = isOpen
    isOpen = false
    close()
    signal?.removeEventListener("abort", abort)
    feed.end(error)
    return wasOpen
  }
  const feed = new Feed<Untyped>(end)
  let reject = (_error: unknown) => {}
  const fail = (error: Untyped): void => {
    if (!end(error)) return
    // It does nothing when the request was sent.
    reject(error)
    if (callback) callSafely(() => callback(error, null), report)
    else if (!feed.isRead) report(error)
  }
  const abort = () => fail(signal?.reason)
  const take = (data: Untyped): void => {
    last = data
    if (callback) callSafely(() => callback(null, data), report)
    feed.push(data)
    callSafely(() => until?.(data) && end(), report)
  }
  const again = (): object | undefined => {
    let next: object | undefined
    callSafely(() => {
      next = resume && { ...resume(last), request_id: payload.request_id }
    }, report)
    return next
  }

  const promise = new StreamingRequestPromise<Untyped>(
    (resolve, refuse) => {
      reject = refuse
      try {
        signal?.throwIfAborted()
        signal?.addEventListener("abort", abort)
        close = requests.open({
          ...request,
          timeout: options.timeout ?? Number.POSITIVE_INFINITY,
          again,
          take(answer) {
            const error = errorOf(request, answer, "answer")
            if (error) fail(error)
            else take(answer.data)
            return !isOpen
          },
          fail,
        })
      } catch (error) {
        fail(error)
      }
      if (!isOpen) close()
      resolve()
    },
    { id: payload.request_id, cancel: async () => end(), iterate: () => feed.iterate() },
  )
  // Its callback is told.
  if (callback) promise.catch(() => {})
  return promise
}
