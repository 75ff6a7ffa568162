import { inspect } from "node:util"
import { z } from "zod"
import type { InstantUser } from "../accounts/user.js"
import { isPlain } from "../plain-name.js"
import { askInTime } from "./ask-in-time.js"
import { sessionCookie } from "./cookies.js"
import type { RequestContext, RequestEnvironment, Site } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

const siteUser = z
  .object({
    // Revocations are kept under it.
    id: z
      .string()
      .min(1)
      .refine(isPlain, "It may hold no control character, and no half of a character"),
    name: z.string(),
    staff: z.boolean(),
    superuser: z.boolean(),
    groups: z.array(z.string()),
  })
  .nullable()

/**
 * Who sends a request: somebody who is signed in, or null.
 * @throws HttpError 503 when the site's `authenticate` does not answer in time.
 * @throws TypeError when it answers something else than a user or null, or throws what is no error; the error that
 * it throws.
 */
export async function visitorOf(
  { settings, store }: Pick<Site, "settings" | "store">,
  request: Request,
  environment: RequestEnvironment,
): Promise<InstantUser | null> {
  const { authenticate } = settings
  if (authenticate !== undefined) {
    const asked = async () => authenticate(request, environment)
    return readSiteUser(await askInTime(asked().catch(rethrow), settings))
  }
  const cookie = sessionCookie(request)
  return cookie === undefined ? null : ((await store.sessions.find(cookie)) ?? null)
}

/** What is no error, as a Response of another framework, would pass by all that logs and answers errors. */
function rethrow(thrown: unknown): never {
  if (thrown instanceof Error) throw thrown
  throw new TypeError(`authenticate() threw no error: ${inspect(thrown)}`, { cause: thrown })
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
  { req, env }: RequestContext,
): Promise<InstantUser | null> {
  const visitor = await visitorOf(site, req.raw, env)
  if (visitor === null && !site.settings.anonymousAccess) throw new HttpError(refusals.notSignedIn)
  return visitor
}
