import { endpoint, type Site } from "./endpoint.js"
import { readOptionalJson } from "./json-body.js"
import { requireVisitor } from "./visitor.js"

/**
 * `POST /instant/subscribe/`: the visitor's channels with new tokens. The body must be JSON, and says
 * nothing: what a visitor may see is not for the visitor to say.
 */
export const subscribe = (site: Site) =>
  endpoint(["POST"], async (context) => {
    const visitor = await requireVisitor(site, context)
    await readOptionalJson(context)
    const channels = await site.store.channels.forUser(visitor)
    return context.json({ channels: await site.tokens.grants(visitor, channels) })
  })
