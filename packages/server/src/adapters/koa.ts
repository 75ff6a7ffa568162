import type { Context, Middleware } from "koa"
import type { RequestEnvironment } from "../http/endpoint.js"
import type { Instant } from "../instant.js"
import { NativeRequests } from "./native-requests.js"
import { nodeAnswer } from "./node-answer.js"
import { isOwnPath } from "./own-path.js"

const contexts = new NativeRequests<Context>("koaInstant")

/**
 * Mounts an instance on Koa: `app.use(koaInstant(instant))`, behind the session's middleware when `authenticate`
 * asks for it, and before or behind parsers. Attach the instance to what `app.listen()` answers as well.
 */
export function koaInstant(instant: Instant): Middleware {
  const answer = nodeAnswer(instant)
  return async (context, next) => {
    if (!isOwnPath(instant, context.url)) return next()
    contexts.remember(context.req, context)
    // Koa answers nothing by itself; the status is ours to say, and not its 404.
    context.respond = false
    context.res.statusCode = 200
    answer(context.req, context.res, bodyOf(context.request))
  }
}

/** Where parsers leave what they read. */
function bodyOf(request: object): unknown {
  return "body" in request ? request.body : undefined
}

/**
 * Koa's own context, for `authenticate(request, environment)`.
 * @throws TypeError when the request did not come through {@link koaInstant}.
 */
export function koaContext(environment: RequestEnvironment): Context {
  return contexts.of(environment)
}
