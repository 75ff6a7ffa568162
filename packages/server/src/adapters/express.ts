import type { Request, RequestHandler } from "express"
import type { RequestEnvironment } from "../http/endpoint.js"
import type { Instant } from "../instant.js"
import { NativeRequests } from "./native-requests.js"
import { nodeHandler } from "./node.js"

const requests = new NativeRequests<Request>("expressInstant")

/**
 * Mounts an instance on an app of Express 5: `app.use(expressInstant(instant))`, behind the session's middleware
 * when `authenticate` asks for it, and before or behind parsers. Attach the instance to what `app.listen()`
 * answers as well.
 */
export function expressInstant(instant: Instant): RequestHandler {
  const handle = nodeHandler(instant)
  return (request, response, next) => {
    requests.remember(request, request)
    handle(request, response, next)
  }
}

/**
 * Express's own request, for `authenticate(request, environment)`.
 * @throws TypeError when the request did not come through {@link expressInstant}.
 */
export function expressRequest(environment: RequestEnvironment): Request {
  return requests.of(environment)
}
