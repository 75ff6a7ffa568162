import type { Client } from "./client.js"
import type { ClientOptions, Provider } from "./client-options.js"
import { DCRFClient } from "./dcrf-client.js"
import { FifoQueue } from "./fifo-queue.js"
import { IndexedDispatcher } from "./indexed-dispatcher.js"
import type { UntypedStreams } from "./rows.js"
import { WebsocketTransport } from "./websocket-transport.js"

/**
 * Makes a client that is not connected yet: `initialize()` does that.
 * @param url such as `wss://example.com/ws/`, or what gives it before each attempt to connect
 */
export function createClient<Streams extends object = UntypedStreams>(
  url: Provider<string>,
  options: ClientOptions = {},
): Client<Streams> {
  const debug = Boolean(options.debug ?? options.verbose)
  return new DCRFClient<Streams>(
    options.dispatcher ?? new IndexedDispatcher(),
    options.transport ??
      new WebsocketTransport(url, { debug, ...options.websocket }, options.protocols),
    options.queue ?? new FifoQueue(),
    options.serializer ?? { serialize: JSON.stringify, deserialize: JSON.parse },
    options,
  )
}

/** Makes a client and connects it. See {@link createClient}. */
export function connect<Streams extends object = UntypedStreams>(
  url: Provider<string>,
  options: ClientOptions = {},
): Client<Streams> {
  const client = createClient<Streams>(url, options)
  client.initialize()
  return client
}
