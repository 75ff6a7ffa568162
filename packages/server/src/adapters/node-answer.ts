import type { IncomingMessage, ServerResponse } from "node:http"
import { getRequestListener } from "@hono/node-server"
import type { Instant } from "../instant.js"
import { restoreBody } from "./parsed-body.js"

/** Answers a request of Node's; `parsed` is what a parser made of the body, if one has read it. */
export type NodeAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  parsed: unknown,
) => void

/** Has an instance answer requests, whatever their path. */
export function nodeAnswer(instant: Instant): NodeAnswer {
  // The site's own code keeps the Request and the Response that it knows.
  const listener = getRequestListener((...call) => instant.fetch(...call), {
    overrideGlobalObjects: false,
    // For who names no host: the checks of some load balancers, which speak HTTP/1.0.
    hostname: "localhost",
  })
  return (request, response, parsed) => {
    restoreBody(request, parsed)
    void listener(request, response)
  }
}
