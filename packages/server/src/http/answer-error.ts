import type { Context, ErrorHandler } from "hono"
import type { Logger } from "pino"
import { DatabaseError } from "../database/database-error.js"
import { HttpError, type Refusal, refusals } from "./refusals.js"

/** What hears of refusals. */
export interface RefusalListeners {
  readonly log: Logger | undefined
  /** Told of each. */
  readonly refused?: ((code: string) => void) | undefined
}

/**
 * Answers a refusal as it says; without a database with 503, and what should not have happened with 500, both logged. Who
 * has gone in the middle of a request hears no answer, and nobody need hear of it.
 */
export function answerError({ log, refused }: RefusalListeners): ErrorHandler {
  return (error, context) => {
    if (isAborted(error, context)) {
      log?.debug({ err: error, path: context.req.path }, "a request broke off")
      return context.body(null, 400)
    }
    const isOurs = error instanceof HttpError
    if (!isOurs) log?.error({ err: error, path: context.req.path }, "a request failed")
    const { refusal, headers } = isOurs ? error : new HttpError(failureOf(error))
    const { status, ...told } = refusal
    refused?.(told.code)
    return context.json({ error: told }, status, headers)
  }
}

/** Whether a body ended with its connection; other connections break too, as that to the site's session store. */
function isAborted(error: Error, { req }: Context): boolean {
  return req.raw.signal.aborted && "code" in error && error.code === "ECONNRESET"
}

function failureOf(error: Error): Refusal {
  return error instanceof DatabaseError ? refusals.databaseAway : refusals.internal
}
