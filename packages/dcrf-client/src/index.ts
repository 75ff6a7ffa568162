import { StreamingRequestPromise } from "./cancelable-promise.js"
import type { Client } from "./client.js"
import type { ClientOptions, Provider } from "./client-options.js"
import type { UntypedStreams } from "./rows.js"

export { CancelablePromise } from "./cancelable-promise.js"
export type { Client, ListPromise, StreamEvent, StreamingHandler } from "./client.js"
export type {
  ClientOptions,
  MessageBuilders,
  Provider,
  WebSocketClass,
  WebsocketOptions,
} from "./client-options.js"
export { DcrfError, type ErrorDetails, type ErrorKind, type ServerPayload } from "./dcrf-error.js"
export type { Off } from "./listeners.js"
export type {
  Dispatcher,
  SendQueue,
  Serializer,
  Transport,
  TransportEvent,
} from "./replaceable-parts.js"
export type { RequestOptions, StreamingOptions } from "./request-options.js"
export type { ListAnswer, Page, Pk, StreamName, Untyped, UntypedStreams } from "./rows.js"
export type { Status } from "./status.js"
export type {
  Action,
  SubscribeOptions,
  Subscription,
  SubscriptionEvent,
  SubscriptionHandler,
} from "./subscription.js"
export { StreamingRequestPromise }

/** Makes a client that is not connected yet: `initialize()` does that. */
export declare function createClient<Streams extends object = UntypedStreams>(
  url: Provider<string>,
  options?: ClientOptions,
): Client<Streams>

/** Makes a client and connects it. */
export declare function connect<Streams extends object = UntypedStreams>(
  url: Provider<string>,
  options?: ClientOptions,
): Client<Streams>
