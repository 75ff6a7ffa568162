import type { FakeRequest } from "./fake-stream.js"

/** Which requests are meant: those of a stream, an action, both, or all. */
export interface Wanted {
  readonly stream?: string | undefined
  readonly action?: string | undefined
}

/** Whether a request is one of those. */
export function isWanted(request: FakeRequest, { stream, action }: Wanted): boolean {
  return (
    (stream === undefined || stream === request.stream) &&
    (action === undefined || action === request.action)
  )
}

/** How long a request is waited for, in milliseconds. */
const PATIENCE = 5_000

interface Waiting {
  readonly wanted: Wanted
  resolve(request: FakeRequest): void
}

/** All requests, and those who wait for the next of a kind. */
export class RequestLog {
  readonly #requests: FakeRequest[] = []
  /** Those that nobody has waited for. */
  readonly #fresh = new Set<FakeRequest>()
  readonly #waiting = new Set<Waiting>()

  get requests(): readonly FakeRequest[] {
    return this.#requests
  }

  add(request: FakeRequest): void {
    this.#requests.push(request)
    for (const waiting of this.#waiting) {
      if (!isWanted(request, waiting.wanted)) continue
      this.#waiting.delete(waiting)
      waiting.resolve(request)
      return
    }
    this.#fresh.add(request)
  }

  /** @throws Error when none comes in time. */
  async next(wanted: Wanted): Promise<FakeRequest> {
    for (const request of this.#fresh) {
      if (isWanted(request, wanted) && this.#fresh.delete(request)) return request
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting)
        const came = this.#requests.map(({ stream, action }) => `${stream} ${action}`).join(", ")
        const text = `No ${wanted.action} of ${wanted.stream} came within ${PATIENCE} ms`
        reject(new Error(`${text}. What came: ${came || "nothing"}`))
      }, PATIENCE)
      const waiting: Waiting = {
        wanted,
        resolve: (request) => {
          clearTimeout(timer)
          resolve(request)
        },
      }
      this.#waiting.add(waiting)
    })
  }
}
