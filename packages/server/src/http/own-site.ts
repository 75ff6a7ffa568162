import type { RequestContext } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

/** What a browser says of the page that sends a request. */
export interface Sender {
  readonly origin: string | undefined
  /** The header `Sec-Fetch-Site`, which no page can forge. */
  readonly fetchSite: string | undefined
  /** The host that the request is for. */
  readonly host: string | undefined
}

/**
 * Whether a request comes from a page of this host, from an allowed origin, or from no page at all.
 * Only hosts are compared: behind a proxy the scheme that the browser sees is unknown.
 */
export function isOwnSite(sender: Sender, allowedOrigins: readonly string[]): boolean {
  const { origin, fetchSite, host } = sender
  if (origin !== undefined && allowedOrigins.includes(origin)) return true
  if (fetchSite !== undefined) return fetchSite === "same-origin" || fetchSite === "none"
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** Who sends a request. */
export function senderOf({ req }: RequestContext): Sender {
  return {
    origin: req.header("Origin"),
    fetchSite: req.header("Sec-Fetch-Site"),
    host: req.header("Host") ?? new URL(req.url).host,
  }
}

/** @throws HttpError 403 when a page of another site sends the request. */
export function requireOwnSite(context: RequestContext, allowedOrigins: readonly string[]): void {
  if (!isOwnSite(senderOf(context), allowedOrigins)) throw new HttpError(refusals.otherSite)
}
