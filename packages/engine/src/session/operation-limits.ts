import { type Command, errors, ProtocolError } from "@instant-ws/protocol"
import type { EngineConfig } from "../config/schema.js"
import { TokenBucket } from "../token-bucket.js"

type Limits = EngineConfig["client"]["limits"]
type Operation = keyof Limits

/** What is left of each limit; a bucket is made when it is first taken from. */
export type Buckets = { [O in Operation]?: TokenBucket }

/** A connection whose operations are counted. */
export interface LimitedConnection {
  readonly identity: { readonly user: string }
  /** Of this connection alone; undefined until one is needed. */
  buckets: Buckets | undefined
}

/**
 * Which limit a command counts for. The others are free: connecting has limits of its own, `unsubscribe`
 * only takes back, and `refresh` ends the connection unless its token is good.
 */
const operations: { readonly [M in Command["method"]]?: Operation } = {
  subscribe: "subscribe",
  sub_refresh: "subscribe",
  publish: "publish",
  history: "history",
  presence: "history",
  presence_stats: "history",
  rpc: "rpc",
}

/** Holds connections and users to what they may do in a second. */
export class OperationLimits {
  readonly #limits: Limits
  /** Of the users that are connected. */
  readonly #ofUsers = new Map<string, Buckets>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /**
   * Counts a command, unless there is too much of its kind already.
   * @throws ProtocolError 111 past a limit.
   */
  count(connection: LimitedConnection, method: Command["method"]): void {
    const operation = operations[method]
    if (operation === undefined) return
    const { per_connection, per_user } = this.#limits[operation]
    if (per_connection > 0) {
      connection.buckets ??= {}
      take(connection.buckets, operation, per_connection)
    }
    const { user } = connection.identity
    if (per_user > 0 && user !== "") take(this.#ofUser(user), operation, per_user)
  }

  /** The last connection of a user is gone. */
  forget(user: string): void {
    this.#ofUsers.delete(user)
  }

  #ofUser(user: string): Buckets {
    const known = this.#ofUsers.get(user)
    if (known !== undefined) return known
    const buckets: Buckets = {}
    this.#ofUsers.set(user, buckets)
    return buckets
  }
}

/** The limits that a configuration sets; undefined when it sets none. */
export function operationLimits(limits: Limits): OperationLimits | undefined {
  const isSet = Object.values(limits).some((each) => each.per_connection > 0 || each.per_user > 0)
  return isSet ? new OperationLimits(limits) : undefined
}

function take(buckets: Buckets, operation: Operation, rate: number): void {
  const bucket = buckets[operation] ?? new TokenBucket(rate)
  buckets[operation] = bucket
  if (!bucket.take(Date.now())) throw new ProtocolError(errors.tooManyRequests)
}
