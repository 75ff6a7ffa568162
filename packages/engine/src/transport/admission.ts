import type { Refusal } from "../metrics/refusal.js"
import type { Node } from "../node.js"
import type { Sessions } from "../session/sessions.js"
import { TokenBucket } from "../token-bucket.js"
import { AcceptQueue, type Arrival } from "./accept-queue.js"
import type { OriginPolicy } from "./origin.js"

/** Who is turned away by a crowd comes back after so many seconds, at least and at most. */
const RETRY_AFTER = { min: 1, max: 3 }

/** Decides who may open a connection at all, whatever the transport. */
export class Admission {
  /** Which pages may connect. */
  readonly origins: OriginPolicy
  readonly #node: Node
  readonly #sessions: Sessions
  readonly #limit: number
  /** One connection a second, and as many at once as the limit says; undefined without one. */
  readonly #rate: TokenBucket | undefined
  readonly #queue: AcceptQueue
  #isClosed = false

  constructor(node: Node, sessions: Sessions, origins: OriginPolicy) {
    const { connection_limit, connection_rate_limit } = node.config.client
    this.origins = origins
    this.#node = node
    this.#sessions = sessions
    this.#limit = connection_limit
    this.#rate = connection_rate_limit > 0 ? new TokenBucket(1, connection_rate_limit) : undefined
    this.#queue = new AcceptQueue(node.config.http_server.accept_queue_size, {
      letIn: (arrival) => this.#letIn(arrival),
      turnAway: (arrival) => this.#turnAway(arrival),
    })
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#queue.size
  }

  /** Whether nobody may come any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Admits nobody from now on, and refuses those who wait. */
  close(): void {
    this.#isClosed = true
    this.#queue.empty()
  }

  /**
   * Lets one in that was admitted, at once or, in a crowd, when its turn comes.
   * @returns Whether it waits.
   */
  enter(arrival: Arrival): boolean {
    this.#queue.add(arrival)
    return this.#queue.has(arrival)
  }

  /** Forgets one that waits no more. */
  leave(arrival: Arrival): void {
    this.#queue.remove(arrival)
  }

  /**
   * Whether one more connection may come now, or wait for its turn; one that may not is logged and
   * counted.
   */
  admits(path: string): boolean {
    const reason = this.#refusal(Date.now())
    if (reason === undefined) return true
    this.refused(reason, { path })
    return false
  }

  /** Logs and counts that a connection was refused. */
  refused(reason: Refusal, details: { readonly path: string; readonly origin?: string }): void {
    this.#node.metrics?.refuse(reason)
    this.#node.log.info({ reason, ...details }, "connection refused")
  }

  /** Others may have come in while this one was waiting. */
  #letIn(arrival: Arrival): void {
    const reason = this.#standing()
    if (reason === undefined) {
      arrival.enter()
      return
    }
    this.refused(reason, { path: arrival.path })
    arrival.refuse(undefined)
  }

  #turnAway(arrival: Arrival): void {
    this.refused("accept_queue", { path: arrival.path })
    // Spread, so that those who are turned away at once don't come back at once.
    const { min, max } = RETRY_AFTER
    arrival.refuse(min + Math.floor(Math.random() * (max - min + 1)))
  }

  #refusal(now: number): Refusal | undefined {
    const reason = this.#standing()
    if (reason !== undefined) return reason
    return (this.#rate?.take(now) ?? true) ? undefined : "connection_rate_limit"
  }

  /** Why nobody may come in as things stand. */
  #standing(): Refusal | undefined {
    if (this.#isClosed) return "shutdown"
    const isFull = this.#limit > 0 && this.#sessions.open.size >= this.#limit
    return isFull ? "connection_limit" : undefined
  }
}
