import type { Context, MiddlewareHandler } from "hono"
import { bodyLimit } from "hono/body-limit"

/**
 * Answers requests whose body has more than `maxSize` bytes as `tooLarge` says. Where the length is told in
 * advance, which Node holds the client to, the body isn't looked at: to get hold of it as a stream costs
 * more than all else that is done with a request.
 */
export function limitBody(
  maxSize: number,
  tooLarge: (context: Context) => Response,
): MiddlewareHandler {
  const measured = bodyLimit({ maxSize, onError: tooLarge })
  return async (context, next) => {
    const length = context.req.header("Content-Length")
    const isTold = length !== undefined && context.req.header("Transfer-Encoding") === undefined
    if (!isTold) return measured(context, next)
    return Number(length) > maxSize ? tooLarge(context) : next()
  }
}
