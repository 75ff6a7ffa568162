import { platform } from "../src/platform/node.js"

/** A `fetch` that keeps cookies as a browser's does, with none yet. */
export function fetchWithCookies(): typeof fetch {
  return platform.withCookies(fetch)
}
