import { clearSessionCookie, sessionCookie } from "./cookies.js"
import { requireCsrfToken } from "./csrf.js"
import { endpoint, type Site } from "./endpoint.js"
import { requireOwnSite } from "./own-site.js"
import { HttpError, refusals } from "./refusals.js"
import { visitorOf } from "./visitor.js"

/**
 * `POST /instant/logout/`: ends the session. With a user's last session end the connections too, and the
 * tokens that are still valid; they stay while the user is signed in elsewhere, as the engine knows users
 * and not sessions.
 */
export const logout = (site: Site) =>
  endpoint(["POST"], async (context) => {
    requireOwnSite(context, site.settings.allowedOrigins)
    requireCsrfToken(context)
    const visitor = await visitorOf(site, context.req.raw, context.env)
    const cookie = sessionCookie(context.req.raw)
    if (visitor === null || cookie === undefined) throw new HttpError(refusals.notSignedIn)
    const { sessions, revocations } = site.store
    await sessions.end(cookie)
    clearSessionCookie(context)
    if ((await sessions.count(visitor.name)) === 0) {
      await revocations.add([{ kind: "user", user: visitor.id }])
    }
    return context.json({ response: "ok" })
  })
