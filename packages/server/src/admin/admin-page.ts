import type { RequestContext } from "../http/endpoint.js"
import { isOwnSite, senderOf } from "../http/own-site.js"
import { HttpError, refusals } from "../http/refusals.js"

/**
 * @throws HttpError 403 for a page of another origin: those that may sign in and connect are not let
 * into the admin.
 */
export function requireAdminPage(context: RequestContext): void {
  if (!isOwnSite(senderOf(context), [])) throw new HttpError(refusals.notAdminPage)
}
