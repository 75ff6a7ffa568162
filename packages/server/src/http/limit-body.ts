import { isBodyTooLong } from "@instant-ws/engine"
import type { MiddlewareHandler } from "hono"
import { HttpError, refusals } from "./refusals.js"

/** The most bytes that the body of a request may have. */
export const MAX_BODY = 1_048_576

/** Refuses bodies that are too large with 413. */
export function limitBody(): MiddlewareHandler {
  return async (context, next) => {
    if (!(await isBodyTooLong(context, MAX_BODY))) return next()
    // The rest of the body is never read, so that nothing more can come on this connection.
    throw new HttpError(refusals.tooLarge, { Connection: "close" })
  }
}
