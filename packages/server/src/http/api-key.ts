import { timingSafeEqual } from "node:crypto"
import type { RequestContext, Site } from "./endpoint.js"

/** Whether a request has the API key of the engine, as its API takes it: in `X-API-Key`, or as `apikey`. */
export function hasApiKey({ settings }: Pick<Site, "settings">, { req }: RequestContext): boolean {
  const { engine } = settings
  const expected = Buffer.from("url" in engine ? engine.apiKey : engine.secrets.apiKey)
  const [scheme, key] = (req.header("Authorization") ?? "").split(" ")
  const given = Buffer.from(req.header("X-API-Key") ?? (scheme === "apikey" ? (key ?? "") : ""))
  return given.length === expected.length && timingSafeEqual(given, expected)
}
