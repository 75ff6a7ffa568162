import { StreamingRequestPromise } from "./cancelable-promise.js"
import { connect, createClient } from "./connect.js"
import { DCRFClient } from "./dcrf-client.js"

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
export { FifoQueue } from "./fifo-queue.js"
export { IndexedDispatcher } from "./indexed-dispatcher.js"
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
export { WebsocketTransport } from "./websocket-transport.js"

export { connect, createClient, DCRFClient, StreamingRequestPromise }

/** What the original exports as its default. */
const dcrf = {
  /** See {@link connect}. */
  connect,
  /** See {@link createClient}. */
  createClient,
}
export default dcrf
