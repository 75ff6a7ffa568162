import type { Refusal } from "../metrics/refusal.js"
import type { Node } from "../node.js"
import type { Sessions } from "../session/sessions.js"
import type { OriginPolicy } from "./origin.js"

/** Decides who may open a connection at all, whatever the transport. */
export class Admission {
  /** Which pages may connect. */
  readonly origins: OriginPolicy
  readonly #node: Node
  readonly #sessions: Sessions
  readonly #limit: number
  readonly #rate: number
  /** Connections that may come at once; refilled by one a second, up to the rate. */
  #tokens: number
  #refilledAt = Date.now()
  #isClosed = false

  constructor(node: Node, sessions: Sessions, origins: OriginPolicy) {
    const { connection_limit, connection_rate_limit } = node.config.client
    this.origins = origins
    this.#node = node
    this.#sessions = sessions
    this.#limit = connection_limit
    this.#rate = connection_rate_limit
    this.#tokens = connection_rate_limit
  }

  /** Whether nobody may come any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Admits nobody from now on. */
  close(): void {
    this.#isClosed = true
  }

  /** Whether one more connection may come now; one that may not is logged and counted. */
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

  #refusal(now: number): Refusal | undefined {
    if (this.#isClosed) return "shutdown"
    if (this.#limit > 0 && this.#sessions.open.size >= this.#limit) return "connection_limit"
    return this.#rate === 0 || this.#takeToken(now) ? undefined : "connection_rate_limit"
  }

  #takeToken(now: number): boolean {
    const elapsed = (now - this.#refilledAt) / 1000
    this.#tokens = Math.min(this.#rate, this.#tokens + elapsed)
    this.#refilledAt = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
