import type { Settings } from "../settings.js"
import { askEngine } from "./ask-engine.js"
import { endpoint, type Site } from "./endpoint.js"

/** Whether `/instant/api` is the HTTP API of the engine in this process. */
export function hasEngineEndpoint({ engine }: Pick<Settings, "engine">): boolean {
  if ("url" in engine) return false
  const { disabled = false, handler_prefix = "/api" } = engine.config.http_api ?? {}
  return !disabled && handler_prefix === "/api"
}

/** `POST /instant/api/METHOD`: the engine's API also where Instant is mounted on a site (`/api` is its own). */
export const engineEndpoint = (site: Site) =>
  endpoint(["POST"], async ({ req, env }) => askEngine(site, withoutPrefix(req.raw), env))

/** The same request for the path that follows `/instant`. */
function withoutPrefix(request: Request): Request {
  const url = new URL(request.url)
  url.pathname = url.pathname.replace("/instant", "")
  return new Request(url, request)
}
