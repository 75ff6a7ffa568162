import type { Context, MiddlewareHandler } from "hono"
import type { OriginPolicy } from "./origin.js"

/**
 * Lets the pages of allowed origins read the answers, with cookies, and answers preflights. Other pages
 * get no headers, so their browsers refuse them the answer.
 * @param methods What may be asked, as in `Access-Control-Allow-Methods`.
 */
export function cors(origins: OriginPolicy, methods: string): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header("Origin")
    if (origin !== undefined && origins.lists(origin)) {
      context.header("Access-Control-Allow-Origin", origin)
      context.header("Access-Control-Allow-Credentials", "true")
    }
    return context.req.method === "OPTIONS" ? preflight(context, methods) : next()
  }
}

function preflight(context: Context, methods: string): Response {
  const asked = context.req.header("Access-Control-Request-Headers")
  if (asked !== undefined) context.header("Access-Control-Allow-Headers", asked)
  context.header("Access-Control-Allow-Methods", methods)
  context.header("Access-Control-Max-Age", "300")
  return context.body(null, 204)
}
