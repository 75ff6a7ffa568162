import type { ErrorHandler } from "hono"
import type { Logger } from "pino"
import { HttpError, refusals } from "./refusals.js"

/** Answers a refusal as it says, and what should not have happened with 500, logged. */
export function answerError(log: Logger | undefined): ErrorHandler {
  return (error, context) => {
    const isOurs = error instanceof HttpError
    if (!isOurs) log?.error({ err: error, path: context.req.path }, "a request failed")
    const { refusal, headers } = isOurs ? error : new HttpError(refusals.internal)
    const { status, code, message } = refusal
    return context.json({ error: { code, message } }, status, headers)
  }
}
