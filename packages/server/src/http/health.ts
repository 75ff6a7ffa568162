import { hasApiKey } from "./api-key.js"
import { endpoint, type Site } from "./endpoint.js"

/** `GET /instant/health/`: the process is alive, whatever it can reach. */
export const health = () => endpoint(["GET"], async (context) => context.json({ status: "alive" }))

/**
 * `GET /instant/ready/`: whether requests may be sent here, 200 or 503. Who has the API key is told how
 * it stands with each part.
 */
export const ready = (site: Site) =>
  endpoint(["GET"], async (context) => {
    const { isReady, checks } = await site.readiness.current()
    const isToldMore = hasApiKey(site, context)
    const answer = { ready: isReady, ...(isToldMore && { checks }) }
    return context.json(answer, isReady ? 200 : 503)
  })
