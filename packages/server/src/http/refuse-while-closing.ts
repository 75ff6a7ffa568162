import type { MiddlewareHandler } from "hono"
import type { Site } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

/** In seconds: until then another server is there, or this one again. */
const RETRY_AFTER = 5

/**
 * Refuses requests once the server goes down, also to the engine's API. The process is still alive, and
 * clients that aren't told yet are served as ever.
 */
export function refuseWhileClosing({ shutdown, settings: { engine } }: Site): MiddlewareHandler {
  const emulation = "url" in engine ? undefined : engine.config.emulation?.handler_prefix
  const isServed = /^\/instant\/health\/?$/
  return async ({ req: { path } }, next) => {
    if (!shutdown.hasBegun || isServed.test(path) || path === (emulation ?? "/emulation")) {
      return next()
    }
    throw new HttpError(refusals.closing, {
      "Retry-After": String(RETRY_AFTER),
      Connection: "close",
    })
  }
}
