import type { Hono } from "hono"
import { routePath } from "hono/route"
import type { EngineConfig } from "../config/schema.js"
import type { Metrics } from "./metrics.js"

/** Answers scrapes, and counts requests where the configuration asks for it. Comes before other routes. */
export function serveMetrics(
  app: Hono,
  metrics: Metrics,
  { handler_prefix, instrument_http_handlers }: EngineConfig["prometheus"],
): void {
  if (instrument_http_handlers) {
    const requests = metrics.httpRequests()
    app.use(async (context, next) => {
      await next()
      // The route and not the path, which anybody may make up.
      const route = routePath(context, -1)
      const path = route === "/*" ? "other" : route
      requests.inc({ path, method: context.req.method, status: context.res.status })
    })
  }
  app.get(handler_prefix, async (context) =>
    context.body(await metrics.text(), 200, { "Content-Type": metrics.contentType }),
  )
}
