import type { MiddlewareHandler } from "hono"
import type { Feed } from "./feed.js"

/** Longer paths are cut: everybody gets them. */
const PATH_LIMIT = 200

/** Tells of every HTTP request once it is answered. Its query is left out, which may hold a secret. */
export function reportHits(feed: Feed): MiddlewareHandler {
  return async (context, next) => {
    const start = performance.now()
    await next()
    const { method } = context.req
    const path = context.req.path.slice(0, PATH_LIMIT)
    const { status } = context.res
    /** Milliseconds, to the tenth. */
    const duration = Math.round((performance.now() - start) * 10) / 10
    const data = { method, path, status, duration }
    feed("hits", `${method} ${path}`, { eventClass: "request", data })
  }
}
