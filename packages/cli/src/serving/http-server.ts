import { createServer, type Server, type ServerOptions } from "node:http"
import { getRequestListener } from "@hono/node-server"

/** What a client may take its time for, in milliseconds; a head may have 16 KB, as Node has it. */
const LIMITS: ServerOptions = {
  /** The head of a request, from the connection or the end of the request before: as in Centrifugo. */
  headersTimeout: 10_000,
  /** The whole of a request. */
  requestTimeout: 30_000,
  /** How often it is looked for those who take longer: Node's own 30 s would make 40 s of 10. */
  connectionsCheckingInterval: 1_000,
  /** The next request over the same connection. */
  keepAliveTimeout: 5_000,
}

/** A server for any client, hostile ones included. */
export function httpServer(fetch: Parameters<typeof getRequestListener>[0]): Server {
  // For who names no host: the checks of some load balancers, which speak HTTP/1.0.
  return createServer(LIMITS, getRequestListener(fetch, { hostname: "localhost" }))
}
