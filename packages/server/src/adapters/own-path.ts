import type { Instant } from "../instant.js"

/**
 * The paths of an instance that is mounted on a site, each with what is below it: `/instant`, and where clients
 * connect when the engine is in this process. All else is the site's own.
 */
export function ownPaths({ engine }: Pick<Instant, "engine">): readonly string[] {
  return engine === undefined ? ["/instant"] : ["/instant", "/connection", "/emulation"]
}

/**
 * Whether a request is for the instance that is mounted on a site.
 * @param url The request's, or its path with or without a query.
 */
export function isOwnPath(instant: Pick<Instant, "engine">, url: string): boolean {
  const [path = ""] = url.replace(/^https?:\/\/[^/?#]*/, "").split(/[?#]/)
  return ownPaths(instant).some((each) => path === each || path.startsWith(`${each}/`))
}
