import type { CancelablePromise } from "./cancelable-promise.js"
import type { DcrfError, ServerPayload } from "./dcrf-error.js"
import type { Untyped } from "./rows.js"

/** What happened to a row; consumers may have words of their own. */
export type Action = "create" | "update" | "delete" | (string & {})

/**
 * Is called with each event: of a delete, the data are only the primary key; of a free-form event they
 * are its `body`, or all of it. What it throws goes to `onError`.
 */
export type SubscriptionHandler<Row> = (
  data: Row,
  action: Action,
  payload: ServerPayload,
) => unknown

/** What a subscription gives when it is iterated. */
export interface SubscriptionEvent<Row> {
  readonly action: Action
  readonly data: Row
}

/** How a subscription is made; all of it may be left out. */
export interface SubscribeOptions {
  /** What the server sends back with each event. @default a new UUID, shared by all who subscribe to the same */
  readonly requestId?: string
  /** @default "subscribe_instance" */
  readonly subscribeAction?: string
  /** @default "unsubscribe_instance" */
  readonly unsubscribeAction?: string
  /** Arguments of the unsubscribe action. @default those of the subscribe action */
  readonly unsubscribeArgs?: object
  /** Whether `create` events are delivered; all others are. @default false */
  readonly includeCreateEvents?: boolean
  /** Cancels the subscription. */
  readonly signal?: AbortSignal
  /** How long subscribing may take, in milliseconds. @default that of the client */
  readonly timeout?: number
  /**
   * After a reconnect: whether the row is fetched, or how it is, one or several; each is delivered as
   * an `update`, to this subscriber. @default `retrieve` for `subscribe_instance`, unless the client has that off; none else
   */
  readonly refetch?: boolean | (() => Promise<Untyped>)
  /** Events that are errors, and the end of the subscription by an error. @default the client's `onError` */
  readonly onError?: (error: DcrfError) => unknown
}

/**
 * Resolves when the server has agreed, with the data of its answer: null for `subscribe_instance`, and
 * for several rows. Rejects when it refused.
 */
export type Subscription<Row> = CancelablePromise<Untyped, SubscriptionEvent<Row>>
