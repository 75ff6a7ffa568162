import { serverMetrics } from "../operation/server-metrics.js"
import { endpoint, type Site } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

/** Where the engine in this process answers scrapes; undefined when it doesn't. */
export function metricsPath({ engine }: Site["settings"]): string | undefined {
  if ("url" in engine) return undefined
  const { enabled = false, handler_prefix = "/metrics" } = engine.config.prometheus ?? {}
  return enabled ? handler_prefix : undefined
}

/** What the engine answers a scrape with, and behind it the server's own figures. */
export const metrics = (site: Site, path: string) =>
  endpoint(["GET"], async (context) => {
    const { engine, statistics, store } = site
    const url = new URL(path, context.req.url)
    const response = await engine.embedded?.fetch(new Request(url))
    if (!response?.ok) throw new HttpError(refusals.notFound)
    const own = await serverMetrics({ statistics, outbox: store.outbox })
    return new Response((await response.text()) + own, response)
  })
