import { isWanted, type Wanted } from "./fake-request-log.js"
import type { FakeRequest } from "./fake-stream.js"

/** Requests that the server has received and does nothing with yet. */
export interface FakeHold {
  /** Those that wait, the oldest first. */
  readonly requests: readonly FakeRequest[]
  /**
   * Lets one request go on; the others wait further.
   * @param index which of `requests`; from the end when it is negative. @default 0, the oldest
   * @throws RangeError when no such request waits.
   */
  releaseOne(index?: number): void
  /** Lets all go on, in the order in which they came, and holds no more. */
  release(): void
}

/** The server's side of a hold. */
export class Hold implements FakeHold {
  readonly #wanted: Wanted
  readonly #ended: (hold: Hold) => void
  readonly #waiting: { readonly request: FakeRequest; readonly handle: () => void }[] = []

  constructor(wanted: Wanted, ended: (hold: Hold) => void) {
    this.#wanted = wanted
    this.#ended = ended
  }

  get requests(): readonly FakeRequest[] {
    return this.#waiting.map(({ request }) => request)
  }

  releaseOne(index = 0): void {
    const [waiting] = this.#waiting.splice(index, 1)
    if (waiting === undefined) throw new RangeError(`No request waits at ${index}`)
    waiting.handle()
  }

  release(): void {
    this.#ended(this)
    while (this.#waiting.length > 0) this.releaseOne()
  }

  /** @returns whether it is held */
  takes(request: FakeRequest, handle: () => void): boolean {
    if (!isWanted(request, this.#wanted)) return false
    this.#waiting.push({ request, handle })
    return true
  }
}
