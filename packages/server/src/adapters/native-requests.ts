import type { RequestEnvironment } from "../http/endpoint.js"

/** Remembers, for what is handed to `authenticate`, which request of a framework it stands for. */
export class NativeRequests<T> {
  readonly #adapter: string
  readonly #requests = new WeakMap<object, T>()

  /** @param adapter The function that mounts an instance on the framework. */
  constructor(adapter: string) {
    this.#adapter = adapter
  }

  /** Remembers a request as long as its key: the environment, or Node's request. */
  remember(key: object, request: T): void {
    this.#requests.set(key, request)
  }

  /** @throws TypeError when the request came otherwise than through the adapter. */
  of(environment: RequestEnvironment): T {
    const request =
      this.#requests.get(environment) ??
      (environment.incoming && this.#requests.get(environment.incoming))
    if (request !== undefined) return request
    throw new TypeError(
      `The request did not come through ${this.#adapter}(): mount Instant with it`,
    )
  }
}
