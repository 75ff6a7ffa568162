import type { InstantUser } from "../accounts/user.js"
import { requireCsrfToken } from "../http/csrf.js"
import type { RequestContext, Site } from "../http/endpoint.js"
import { HttpError, refusals } from "../http/refusals.js"
import { visitorOf } from "../http/visitor.js"
import type { AuditRecord } from "../operation/audit-log.js"
import { requireAdminPage } from "./admin-page.js"
import { refusalOf } from "./refusal-of.js"

/** One request to the admin, and which superuser sent it. */
export interface AdminRequest {
  readonly context: RequestContext
  readonly user: InstantUser
  /** Writes down what this superuser has done. */
  record(done: Omit<AuditRecord, "actor">): Promise<void>
}

/** What is answered to a request, as JSON. */
type Answer = (request: AdminRequest) => Promise<object>

/** The answers of a resource, by method; all but GET change something. */
type Answers = Readonly<Partial<Record<"GET" | "POST" | "PATCH" | "DELETE", Answer>>>

/**
 * Answers superusers on the admin's own page, and refuses all others; changes need the token against
 * forgery.
 */
export function resource(
  site: Site,
  answers: Answers,
): (context: RequestContext) => Promise<Response> {
  const known = new Map<string, Answer>(Object.entries(answers))
  return async (context) => {
    const { method } = context.req
    const answer = known.get(method)
    if (answer === undefined) {
      throw new HttpError(refusals.method, { Allow: [...known.keys()].join(", ") })
    }
    requireAdminPage(context)
    try {
      return await answerSuperuser(site, context, answer)
    } catch (error) {
      throw refusalOf(error, site.settings.log)
    }
  }
}

async function answerSuperuser(
  site: Site,
  context: RequestContext,
  answer: Answer,
): Promise<Response> {
  const user = await visitorOf(site, context.req.raw, context.env)
  if (user?.superuser !== true) return refuseVisitor(site, context, user)
  if (context.req.method !== "GET") requireCsrfToken(context)
  const actor = user.id === user.name ? user.name : `${user.name} (${user.id})`
  const record = (done: Omit<AuditRecord, "actor">) => site.store.audit.record({ actor, ...done })
  return context.json(await answer({ context, user, record }))
}

/** Tells also whether there are accounts to sign in with here. */
function refuseVisitor(
  { settings, statistics }: Site,
  context: RequestContext,
  user: InstantUser | null,
): Response {
  const { status, code, message } = user === null ? refusals.notSignedIn : refusals.notSuperuser
  statistics.refused(code)
  const accounts = settings.authenticate === undefined
  return context.json({ error: { code, message }, accounts }, status)
}
