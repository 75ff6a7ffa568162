import type { ErrorHandler } from "hono"
import type { Logger } from "pino"
import { DatabaseError } from "../database/database-error.js"
import { HttpError, type Refusal, refusals } from "./refusals.js"

/** What hears of refusals. */
export interface RefusalListeners {
  readonly log: Logger | undefined
  /** Told of each. */
  readonly refused?: ((code: string) => void) | undefined
}

/** Answers a refusal as it says; without a database with 503, and what should not have happened with 500, both logged. */
export function answerError({ log, refused }: RefusalListeners): ErrorHandler {
  return (error, context) => {
    const isOurs = error instanceof HttpError
    if (!isOurs) log?.error({ err: error, path: context.req.path }, "a request failed")
    const { refusal, headers } = isOurs ? error : new HttpError(failureOf(error))
    const { status, ...told } = refusal
    refused?.(told.code)
    return context.json({ error: told }, status, headers)
  }
}

function failureOf(error: Error): Refusal {
  return error instanceof DatabaseError ? refusals.databaseAway : refusals.internal
}
