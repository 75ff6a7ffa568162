import type { IncomingHttpHeaders } from "node:http"
import { matchesWildcard } from "../wildcard.js"

/** The headers that tell from which page a request comes. */
export type PageHeaders = Pick<IncomingHttpHeaders, "origin" | "host" | "sec-fetch-site">

/** Which pages may connect. */
export class OriginPolicy {
  readonly #patterns: readonly string[]
  readonly #admitsOwnPages: boolean

  /**
   * @param patterns Origins, where `*` stands for any text, as in `https://*.example.com`.
   * @param admitsOwnPages Whether the pages of the host that a request is for are admitted too.
   */
  constructor(patterns: readonly string[], admitsOwnPages: boolean) {
    this.#patterns = patterns.map((pattern) => pattern.toLowerCase())
    this.#admitsOwnPages = admitsOwnPages
  }

  /** Whether a request may come from where it does. Without an `Origin` it is no browser's page. */
  admits(headers: PageHeaders): boolean {
    const { origin = "" } = headers
    if (origin === "" || this.lists(origin)) return true
    return this.#admitsOwnPages && isOwnPage(origin, headers)
  }

  /** Whether an origin is one of the patterns'. */
  lists(origin: string): boolean {
    const lowerCase = origin.toLowerCase()
    return this.#patterns.some((pattern) => matchesWildcard(lowerCase, pattern))
  }
}

/** Only hosts are compared: behind a proxy the scheme that the browser sees is unknown. */
function isOwnPage(origin: string, { host, "sec-fetch-site": site }: PageHeaders): boolean {
  if (site !== undefined) return site === "same-origin"
  return URL.canParse(origin) && new URL(origin).host === host
}
