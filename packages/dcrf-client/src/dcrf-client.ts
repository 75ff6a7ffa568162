import type { Client } from "./client.js"
import type { ClientOptions } from "./client-options.js"
import type { Dispatcher, SendQueue, Serializer, Transport } from "./replaceable-parts.js"
import type { UntypedStreams } from "./rows.js"
import { SocketClient } from "./socket-client.js"

/** See {@link Client}. */
export type DCRFClient<Streams extends object = UntypedStreams> = Client<Streams>

/** Makes a client of given parts; `connect` and `createClient` choose them. */
export const DCRFClient: new <Streams extends object = UntypedStreams>(
  dispatcher: Dispatcher,
  transport: Transport,
  queue: SendQueue,
  serializer: Serializer,
  options?: ClientOptions,
) => Client<Streams> = SocketClient
