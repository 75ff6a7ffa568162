import { z } from "zod"
import type { InstantUser } from "../accounts/user.js"
import { sessionCookie } from "./cookies.js"
import type { RequestContext, Site } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

const siteUser = z
  .object({
    id: z.string().min(1),
    name: z.string(),
    staff: z.boolean(),
    superuser: z.boolean(),
    groups: z.array(z.string()),
  })
  .nullable()

/** Who sends a request: somebody who is signed in, or null. */
export async function visitorOf(
  { settings, store }: Pick<Site, "settings" | "store">,
  request: Request,
): Promise<InstantUser | null> {
  const { authenticate } = settings
  if (authenticate !== undefined) return readSiteUser(await authenticate(request))
  const cookie = sessionCookie(request)
  return cookie === undefined ? null : ((await store.sessions.find(cookie)) ?? null)
}

function readSiteUser(answer: unknown): InstantUser | null {
  const { success, data, error } = siteUser.safeParse(answer)
  if (success) return data
  throw new TypeError(`authenticate() answered no user and not null: ${z.prettifyError(error)}`)
}

/**
 * Who may have tokens; null is an anonymous visitor of a site that lets them in.
 * @throws HttpError 403 for one of a site that doesn't.
 */
export async function requireVisitor(
  site: Site,
  { req }: RequestContext,
): Promise<InstantUser | null> {
  const visitor = await visitorOf(site, req.raw)
  if (visitor === null && !site.settings.anonymousAccess) throw new HttpError(refusals.notSignedIn)
  return visitor
}
