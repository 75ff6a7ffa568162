import type { IncomingMessage, ServerResponse } from "node:http"
import type { Instant } from "../instant.js"
import { nodeAnswer } from "./node-answer.js"
import { isOwnPath } from "./own-path.js"

/** Answers a request of Node's HTTP server, or calls `next`. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: () => unknown,
) => void

/**
 * Mounts an instance on a server of `node:http`, and on whatever calls handlers as it does: Connect, a custom
 * server of Next.js. What isn't Instant's goes to `next`, or is answered with 404 when there is none. Attach
 * the instance to the server as well: `instant.attach(server)`.
 */
export function nodeHandler(instant: Instant): NodeHandler {
  const answer = nodeAnswer(instant)
  return (request, response, next) => {
    if (isOwnPath(instant, request.url ?? "")) answer(request, response, bodyOf(request))
    else if (next !== undefined) next()
    else response.writeHead(404).end()
  }
}

/** Where parsers of Connect's kind leave what they read. */
function bodyOf(request: IncomingMessage): unknown {
  return "body" in request ? request.body : undefined
}
