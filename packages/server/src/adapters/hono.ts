import type { Context, MiddlewareHandler } from "hono"
import { cloneRawRequest } from "hono/request"
import type { RequestEnvironment } from "../http/endpoint.js"
import type { Instant } from "../instant.js"
import { NativeRequests } from "./native-requests.js"
import { isOwnPath } from "./own-path.js"

const contexts = new NativeRequests<Context>("honoInstant")

/**
 * Mounts an instance on Hono: `app.use(honoInstant(instant))`, behind the session's middleware when `authenticate`
 * asks for it. Attach the instance to what `serve()` answers as well.
 */
export function honoInstant(instant: Instant): MiddlewareHandler {
  return async (context, next) => {
    const { req, env } = context
    if (!isOwnPath(instant, req.url)) return next()
    const environment: RequestEnvironment = { ...env }
    contexts.remember(environment, context)
    const request = req.raw.bodyUsed ? await cloneRawRequest(req) : req.raw
    return instant.fetch(request, environment)
  }
}

/**
 * Hono's own context, for `authenticate(request, environment)`.
 * @throws TypeError when the request did not come through {@link honoInstant}.
 */
export function honoContext(environment: RequestEnvironment): Context {
  return contexts.of(environment)
}
